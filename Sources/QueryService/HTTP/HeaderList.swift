/// A header that is a list (RFC 9110, section 5.6.1), looked at by its bytes: by characters it takes a hundred times as long, and where it
/// is some kilobytes, hits of others wait for that.
enum HeaderList {
    /// An element, or a part of one.
    typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    /// What `body` makes of the elements, without those of which it makes nothing. Empty ones are left out; spaces around one are not.
    static func compactMap<Value>(_ header: String, _ body: (Bytes) -> Value?) -> [Value] {
        var header = header
        return header.withUTF8 { bytes in
            bytes.split(separator: UInt8(ascii: ",")).compactMap { body($0) }
        }
    }

    /// Whether `body` is true for one of them.
    static func contains(_ header: String, where body: (Bytes) -> Bool) -> Bool {
        var header = header
        return header.withUTF8 { bytes in
            bytes.split(separator: UInt8(ascii: ",")).contains { body($0) }
        }
    }

    /// Without spaces and tabs around it.
    static func trimmed(_ bytes: Bytes) -> Bytes {
        var bytes = bytes
        while let first = bytes.first, isBlank(first) { bytes = bytes.dropFirst() }
        while let last = bytes.last, isBlank(last) { bytes = bytes.dropLast() }
        return bytes
    }

    /// A space or a tab.
    static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Whether bytes are a word that is given in small letters, whatever case they are in.
    static func isWord(_ bytes: some Sequence<UInt8>, _ word: StaticString) -> Bool {
        word.withUTF8Buffer { bytes.lazy.map(small).elementsEqual($0) }
    }

    /// Whether bytes begin with such a word.
    static func begins(_ bytes: Bytes, with word: StaticString) -> Bool {
        isWord(bytes.prefix(word.utf8CodeUnitCount), word)
    }

    private static func small(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
