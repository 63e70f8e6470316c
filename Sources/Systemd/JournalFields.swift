/// The fields of an entry of the journal, one after the other in one piece of memory: an entry may have hundreds.
package struct JournalFields: Sendable {
    /// `NAME=value` of all fields, with nothing between them.
    package private(set) var bytes: [UInt8] = []
    /// Where each field ends.
    private(set) var ends: [Int] = []

    /// No fields, with room for so many bytes.
    package init(roomFor byteCount: Int = 256) { bytes.reserveCapacity(byteCount) }

    /// Adds a field. Its name is one that the journal takes (systemd.journal-fields(7)), and may be there already.
    package mutating func append(_ name: String, _ value: String) {
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: "="))
        bytes.append(contentsOf: value.utf8)
        ends.append(bytes.count)
    }

    /// Each field as text.
    package var texts: [String] {
        zip([0] + ends, ends).map { String(decoding: bytes[$0..<$1], as: UTF8.self) }
    }
}
