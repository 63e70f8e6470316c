/// A descriptor's bytes, read in pieces of 64 KiB, looked at and taken from the front.
struct InputBuffer: ~Copyable {
    private let descriptor: InputDescriptor
    private let storage: UnsafeMutableRawBufferPointer
    private var unread = 0..<0
    private var isAtEnd = false
    private(set) var bytesTaken: Int64 = 0

    init(_ descriptor: consuming InputDescriptor, capacity: Int = 64 * 1024) {
        self.descriptor = descriptor
        self.storage = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { storage.deallocate() }

    var name: String { descriptor.name }
    var size: Int64? { descriptor.size }

    /// The bytes read and not yet taken; valid until the next mutation.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[unread]) }

    mutating func take(_ count: Int) {
        precondition(count <= unread.count)
        unread = unread.lowerBound + count..<unread.upperBound
        bytesTaken += Int64(count)
    }

    /// Reads until `count` bytes are at hand or the source ends.
    ///
    /// - Returns: whether they are.
    mutating func need(_ count: Int) throws(GzipError) -> Bool {
        while unread.count < count && !isAtEnd { try readMore() }
        return unread.count >= count
    }

    private mutating func readMore() throws(GzipError) {
        if unread.lowerBound > 0 {
            storage.copyMemory(from: bytes)
            unread = 0..<unread.count
        }
        let free = UnsafeMutableRawBufferPointer(rebasing: storage[unread.upperBound...])
        let count = try descriptor.read(into: free, offset: bytesTaken)
        isAtEnd = count == 0
        unread = 0..<unread.upperBound + count
    }
}
