/// Where the bytes of a source come from, one after the other.
package protocol ByteInput: AnyObject {
    /// What errors call it.
    var name: String { get }
    /// How many bytes there are; nil where nobody knows, as of a pipe.
    var size: Int64? { get }
    /// Reads at least one byte, or none at the end. Blocks; a signal does not end the wait.
    ///
    /// - Parameters:
    ///   - buffer: where they go, with room for one at least.
    ///   - offset: how many came before, for errors.
    /// - Returns: how many there are.
    /// - Throws: that it cannot be read, or is damaged.
    func read(into buffer: UnsafeMutableRawBufferPointer, offset: Int64) throws(GzipError) -> Int
}
