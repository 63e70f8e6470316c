/// A source's bytes, read in pieces of 64 KiB, looked at and taken from the front.
package struct InputBuffer: ~Copyable {
    private let input: any ByteInput
    private let storage: UnsafeMutableRawBufferPointer
    private var unread = 0..<0
    private var isAtEnd = false
    /// How many have been taken so far.
    package private(set) var bytesTaken: Int64 = 0

    /// A buffer before all that a source has.
    package init(_ input: any ByteInput, capacity: Int = 64 * 1024) {
        self.input = input
        self.storage = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { storage.deallocate() }

    /// What errors call the source.
    package var name: String { input.name }
    /// In bytes; nil where nobody knows.
    package var size: Int64? { input.size }

    /// The bytes read and not yet taken; valid until the next mutation.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[unread]) }

    /// Passes the first bytes, which must be at hand.
    package mutating func take(_ count: Int) {
        precondition(count <= unread.count)
        unread = unread.lowerBound + count..<unread.upperBound
        bytesTaken += Int64(count)
    }

    /// Reads until `count` bytes are at hand or the source ends.
    ///
    /// - Returns: whether they are.
    package mutating func need(_ count: Int) throws(GzipError) -> Bool {
        while unread.count < count && !isAtEnd { try readMore() }
        return unread.count >= count
    }

    private mutating func readMore() throws(GzipError) {
        if unread.lowerBound > 0 {
            storage.copyMemory(from: bytes)
            unread = 0..<unread.count
        }
        let free = UnsafeMutableRawBufferPointer(rebasing: storage[unread.upperBound...])
        let count = try input.read(into: free, offset: bytesTaken)
        isAtEnd = count == 0
        unread = 0..<unread.upperBound + count
    }
}
