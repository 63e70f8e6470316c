internal import AuditRecords

/// How the audit ids of a system are stored. A system whose ids are of two forms has two numbers: so the order within each is
/// the order of the ids' bytes, and reading both merges them as if they were two systems.
enum AuditIdForm: Int64, CaseIterable {
    /// As they are.
    case text = 0
    /// `01234567-89ab-cdef-0123-456789abcdef`, in lower case, as 16 bytes.
    case uuid = 1

    /// The id of what is stored; nil of what is not stored in this form.
    func id(_ stored: UnsafeRawBufferPointer) -> [UInt8]? {
        switch self {
        case .text:
            let text = Array(stored)
            return PackedUUID(text: text) == nil ? text : nil
        case .uuid: return PackedUUID(stored)?.text
        }
    }

    /// What the first id of this form is stored as that does not come before a text; of more bytes than any where there is none.
    func first(notBefore text: [UInt8]) -> [UInt8] {
        switch self {
        case .text: text
        case .uuid: Self.firstPacked(notBefore: text) ?? Self.behindAll
        }
    }

    private static let byteCount = 36
    private static let behindAll = [UInt8](repeating: 0xFF, count: 17)

    private static func isHyphen(_ place: Int) -> Bool {
        place == 8 || place == 13 || place == 18 || place == 23
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private static func firstPacked(notBefore text: [UInt8]) -> [UInt8]? {
        var digits: [UInt8] = []
        for place in 0..<byteCount {
            // What is longer comes after what it begins with.
            guard place < text.count else { return padded(digits) }
            let byte = text[place]
            if isHyphen(place) {
                if byte < UInt8(ascii: "-") { return padded(digits) }
                if byte > UInt8(ascii: "-") { return next(digits).map(padded) }
            } else if let digit = digit(byte) {
                digits.append(digit)
            } else if let greater = (0...15 as ClosedRange<UInt8>).first(where: { character($0) > byte }) {
                return padded(digits + [greater])
            } else {
                return next(digits).map(padded)
            }
        }
        return text.count == byteCount ? padded(digits) : next(digits).map(padded)
    }

    private static func character(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }

    /// The digits that come next among as many; nil after the last.
    private static func next(_ digits: [UInt8]) -> [UInt8]? {
        guard let last = digits.lastIndex(where: { $0 < 15 }) else { return nil }
        var digits = digits
        digits[last] += 1
        for place in digits.indices where place > last { digits[place] = 0 }
        return digits
    }

    private static func padded(_ digits: [UInt8]) -> [UInt8] {
        let all = digits + [UInt8](repeating: 0, count: 32 - digits.count)
        return stride(from: 0, to: 32, by: 2).map { all[$0] << 4 | all[$0 + 1] }
    }
}

/// An audit id as it is stored.
struct StoredAuditId: Equatable {
    let form: AuditIdForm
    let bytes: [UInt8]

    init(form: AuditIdForm, bytes: [UInt8]) {
        (self.form, self.bytes) = (form, bytes)
    }

    /// Of the form that is the shortest.
    init(_ id: Identifier) {
        if let packed = PackedUUID(text: id.bytes) {
            (form, bytes) = (.uuid, packed.bytes)
        } else {
            (form, bytes) = (.text, id.bytes)
        }
    }
}
