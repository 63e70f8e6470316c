/// Numbers in the records of a zip archive: the lowest byte first.
struct LittleEndian {
    private let bytes: ArraySlice<UInt8>

    /// Of a record's bytes.
    init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)[...]
    }

    /// How many bytes there are.
    var count: Int { bytes.count }

    /// The number of so many bytes at a place, which must be in the record.
    func number(at place: Int, bytes count: Int) -> UInt64 {
        bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// That of two bytes.
    func short(at place: Int) -> Int { Int(number(at: place, bytes: 2)) }

    /// The record's bytes from one place to another.
    func slice(_ range: Range<Int>) -> ArraySlice<UInt8> { bytes[range] }

    /// Whether the record begins with a signature, such as `PK` and two numbers.
    func begins(with signature: [UInt8]) -> Bool { bytes.starts(with: signature) }
}
