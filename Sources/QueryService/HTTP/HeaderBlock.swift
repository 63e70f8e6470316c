internal import JSONBytes

/// The headers of an answer as they are sent, a line each, in order. Written as bytes at once: a hit has a dozen, and as texts each
/// would be made, kept and copied.
package struct HeaderBlock: Hashable, Sendable {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(640) }

    /// Appends a header with a text.
    mutating func append(_ name: StaticString, _ value: String) {
        append(name) { $0.append(contentsOf: value.utf8) }
    }

    /// Appends a header with a number; one below zero is written as 0.
    mutating func append(_ name: StaticString, _ value: Int) {
        append(name) { $0.append(decimal: Swift.max(0, value)) }
    }

    /// Appends a header whose value `write` appends.
    mutating func append(_ name: StaticString, _ write: (inout [UInt8]) -> Void) {
        bytes.append(ascii: name)
        bytes.append(ascii: ": ")
        write(&bytes)
        bytes.append(ascii: "\r\n")
    }

    /// Appends a header that was made elsewhere.
    mutating func append(_ header: Header) {
        bytes.append(contentsOf: header.name.utf8)
        bytes.append(ascii: ": ")
        bytes.append(contentsOf: header.value.utf8)
        bytes.append(ascii: "\r\n")
    }

    /// The headers, one by one, for who looks at them.
    package var lines: [Header] {
        bytes.split(separator: UInt8(ascii: "\n")).map { line in
            let parts = line.dropLast().split(separator: UInt8(ascii: ":"), maxSplits: 1)
            let texts = parts.map { String(decoding: $0, as: UTF8.self) }
            return Header(texts.first ?? "", String((texts.dropFirst().first ?? "").dropFirst()))
        }
    }
}
