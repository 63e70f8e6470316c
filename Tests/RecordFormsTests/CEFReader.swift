import TestSupport

/// A reader of CEF as its specification has it: over scalars, one rule a function. It shares nothing with what it checks.
struct CEFReader {
    /// Vendor, product, version, signature, name, severity.
    let header: [String]
    let fields: [String: String]

    init(_ line: [UInt8]) throws {
        guard let text = String(validating: line, as: UTF8.self), text.hasPrefix("CEF:0|") else {
            throw Failure("is no CEF of version 0")
        }
        guard !text.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" }) else {
            throw Failure("has lines")
        }
        var rest = Array(text.unicodeScalars)[6...]
        header = try (0..<6).map { _ in try Self.cell(&rest) }
        fields = try Self.fields(Array(rest))
    }

    private static func cell(_ rest: inout ArraySlice<Unicode.Scalar>) throws -> String {
        var cell = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == "|" { return String(cell) }
            guard scalar == "\\" else {
                cell.append(scalar)
                continue
            }
            guard let next = rest.popFirst(), next == "|" || next == "\\" else {
                throw Failure("an odd escape")
            }
            cell.append(next)
        }
        throw Failure("the header ends early")
    }

    /// A key is a word before an equals sign that no backslash escapes; a value ends one blank before the next key.
    private static func fields(_ text: [Unicode.Scalar]) throws -> [String: String] {
        var signs: [Int] = []
        var place = 0
        while place < text.count {
            if text[place] == "\\" { place += 1 } else if text[place] == "=" { signs.append(place) }
            place += 1
        }
        let starts = signs.map { sign in
            (text[..<sign].lastIndex { !("a"..."z" ~= $0 || "A"..."Z" ~= $0 || "0"..."9" ~= $0) } ?? -1) + 1
        }
        var fields: [String: String] = [:]
        for (index, sign) in signs.enumerated() {
            let name = String(String.UnicodeScalarView(text[starts[index]..<sign]))
            let end = index + 1 < signs.count ? starts[index + 1] - 1 : text.count
            guard !name.isEmpty, fields[name] == nil, end > sign else {
                throw Failure("a field \(name) that is none")
            }
            fields[name] = try value(text[(sign + 1)..<end])
        }
        return fields
    }

    private static func value(_ text: ArraySlice<Unicode.Scalar>) throws -> String {
        var value = String.UnicodeScalarView()
        var rest = text
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                value.append(scalar)
                continue
            }
            switch rest.popFirst() {
            case "n": value.append("\n")
            case "r": value.append("\r")
            case "=": value.append("=")
            case "\\": value.append("\\")
            default: throw Failure("an odd escape")
            }
        }
        return String(value)
    }
}
