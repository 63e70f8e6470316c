/// What the list of a zip archive says of one of its files (APPNOTE.TXT of PKWARE, 4.3.12).
package struct ZipEntry {
    /// Its path in the archive.
    package let name: String
    /// How many bytes of the archive it takes, and how many it is when it is read.
    package let storedByteCount: UInt64
    let byteCount: UInt64
    let method: Int
    let checksum: UInt32
    let isEncrypted: Bool
    /// Where its own header stands, before its data.
    let headerOffset: UInt64

    /// Whether it is a folder, which has no data.
    package var isFolder: Bool { name.hasSuffix("/") }

    static let signature: [UInt8] = [0x50, 0x4B, 1, 2]
    /// Without name, extra fields and comment.
    static let headerByteCount = 46

    /// How many bytes stand behind the fixed part of its record.
    static func variableByteCount(_ header: LittleEndian) -> Int {
        header.short(at: 28) + header.short(at: 30) + header.short(at: 32)
    }

    /// Of its record in the list, and what stands behind that; nil where its numbers of 64 bits are missing.
    init?(_ header: LittleEndian, _ variable: LittleEndian) {
        let nameCount = header.short(at: 28)
        // Bytes that are no UTF-8, as of code page 437, are replaced: the name is for people only.
        name = String(decoding: variable.slice(0..<nameCount), as: UTF8.self)
        isEncrypted = header.short(at: 8) & 0b10_0000_0100_0001 != 0
        method = header.short(at: 10)
        checksum = UInt32(truncatingIfNeeded: header.number(at: 16, bytes: 4))
        let extra = variable.slice(nameCount..<nameCount + header.short(at: 30))
        var wide = WideNumbers(extra)
        // In this order, and only those that do not fit.
        guard let byteCount = wide.resolved(header.number(at: 24, bytes: 4)),
            let storedByteCount = wide.resolved(header.number(at: 20, bytes: 4)),
            let headerOffset = wide.resolved(header.number(at: 42, bytes: 4))
        else { return nil }
        self.byteCount = byteCount
        self.storedByteCount = storedByteCount
        self.headerOffset = headerOffset
    }
}

/// The extra field 1, which has the numbers that need 64 bits (APPNOTE.TXT, 4.5.3).
private struct WideNumbers {
    private var rest: ArraySlice<UInt8> = []

    init(_ extra: ArraySlice<UInt8>) {
        var fields = extra
        while fields.count >= 4 {
            let header = LittleEndian(fields.prefix(4))
            let content = fields.dropFirst(4).prefix(header.short(at: 2))
            if header.short(at: 0) == 1 { rest = content }
            fields = fields.dropFirst(4 + header.short(at: 2))
        }
    }

    /// The number itself, or the one that stands here in its place; nil where that is missing.
    mutating func resolved(_ number: UInt64) -> UInt64? {
        guard number == 0xFFFF_FFFF else { return number }
        guard rest.count >= 8 else { return nil }
        defer { rest = rest.dropFirst(8) }
        return LittleEndian(rest.prefix(8)).number(at: 0, bytes: 8)
    }
}
