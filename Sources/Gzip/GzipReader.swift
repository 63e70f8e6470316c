/// Reads a source that may be gzip or plain, told apart by its content, in chunks of the caller's size.
///
/// Gzip may have any number of members, one after another, and zeros after the last one. Memory is
/// bounded: 64 KiB of input and zlib's window of some 40 KB, whatever the source's size. Where the
/// first two bytes are not gzip's `1f 8b`, the bytes come out as they are.
///
/// Not for several threads at once. A signal (`EINTR`) does not end a read that waits on a pipe.
package struct GzipReader: ~Copyable {
    private enum Format { case undecided, plain, betweenMembers, insideMember, ended }

    private var input: InputBuffer
    private var inflater: Inflater?
    private var format = Format.undecided
    private var failure: GzipError?

    /// The source's size in bytes, compressed where it is gzip; nil for a pipe or terminal.
    package let sourceSize: Int64?

    /// How many of the source's bytes have been consumed: what a progress bar sets beside `sourceSize`.
    package var sourceBytesRead: Int64 { input.bytesTaken }

    /// Opens a file; it is closed with the reader.
    ///
    /// - Parameter path: The file's path.
    /// - Throws: `GzipError.Code.io` with the path and the system's text.
    package init(path: String) throws(GzipError) {
        self.init(InputBuffer(try InputDescriptor(path: path)))
    }

    /// Reads an open descriptor from where it stands, such as 0 for standard input. It stays open.
    ///
    /// - Parameters:
    ///   - descriptor: A descriptor open for reading; it must stay so for the reader's life.
    ///   - name: What errors call it.
    package init(descriptor: Int32, name: String) {
        self.init(InputBuffer(InputDescriptor(borrowing: descriptor, name: name)))
    }

    /// Reads on behind what has been taken of a source.
    package init(_ input: consuming InputBuffer) {
        self.sourceSize = input.size
        self.input = input
    }

    /// Fills the front of `buffer` with the next bytes, waiting until there is at least one.
    ///
    /// What could be read before a fault is given out first; the call after that throws, and so does
    /// every later one. Gzip's checksum stands at the end of a member, so bytes given out earlier may
    /// be part of a member that turns out corrupt.
    ///
    /// - Parameter buffer: Where the bytes go; its count, which must not be 0, is the most that one
    ///   call gives, and does not change.
    /// - Returns: How many bytes were written; 0 only at the end.
    /// - Throws: `truncated`, `corrupt`, `io` or `outOfMemory`.
    package mutating func read(into buffer: inout [UInt8]) throws(GzipError) -> Int {
        precondition(!buffer.isEmpty, "a buffer with room for one byte at least")
        if let failure { throw failure }
        // The closure keeps the error itself, since what was produced before it counts.
        let (produced, failure) = buffer.withUnsafeMutableBytes { output in read(into: output) }
        self.failure = failure
        if let failure, produced == 0 { throw failure }
        return produced
    }

    private mutating func read(into output: UnsafeMutableRawBufferPointer) -> (Int, GzipError?) {
        do throws(GzipError) {
            while true {
                switch format {
                case .undecided: try decide()
                case .plain: return (try copy(into: output), nil)
                case .betweenMembers: try startNextMember()
                case .insideMember:
                    let (produced, failure) = try inflate(into: output)
                    if produced > 0 || failure != nil { return (produced, failure) }
                case .ended: return (0, nil)
                }
            }
        } catch {
            return (0, error)
        }
    }

    private mutating func decide() throws(GzipError) {
        format = try input.need(2) && startsWithMagic ? .betweenMembers : .plain
    }

    private mutating func copy(into output: UnsafeMutableRawBufferPointer) throws(GzipError) -> Int {
        guard try input.need(1) else { return 0 }
        let count = min(output.count, input.bytes.count)
        output.copyMemory(from: UnsafeRawBufferPointer(rebasing: input.bytes[..<count]))
        input.take(count)
        return count
    }

    private mutating func startNextMember() throws(GzipError) {
        guard try input.need(1) else { return format = .ended }
        if input.bytes[0] == 0 { return try skipPadding() }
        guard try input.need(2) else {
            // One byte of a header that was cut, or one byte of something else.
            throw input.bytes[0] == 0x1f ? truncated() : trailingGarbage()
        }
        guard startsWithMagic else { throw trailingGarbage() }
        if inflater == nil { inflater = Inflater() } else { inflater?.reset() }
        guard inflater != nil else { throw outOfMemory() }
        format = .insideMember
    }

    /// Zeros to a full block are what tape and block devices leave; gzip ignores them too.
    private mutating func skipPadding() throws(GzipError) {
        while try input.need(1) {
            guard input.bytes[0] == 0 else { throw trailingGarbage() }
            input.take(1)
        }
        format = .ended
    }

    private mutating func inflate(
        into output: UnsafeMutableRawBufferPointer
    ) throws(GzipError) -> (Int, GzipError?) {
        // A step with no input may still produce what zlib holds back, so it comes before reading.
        guard let step = inflater?.step(from: input.bytes, into: output) else { throw outOfMemory() }
        input.take(step.consumed)
        switch step.outcome {
        case .endOfMember: format = .betweenMembers
        case .corrupt(let reason): return (step.produced, corrupt(reason))
        case .outOfMemory: return (step.produced, outOfMemory())
        case .more where step.produced == 0:
            guard try input.need(1) else { throw truncated() }
        case .more: break
        }
        return (step.produced, nil)
    }

    private var startsWithMagic: Bool { input.bytes[0] == 0x1f && input.bytes[1] == 0x8b }

    private func truncated() -> GzipError {
        GzipError(
            .truncated, name: input.name, offset: input.bytesTaken, reason: "the file ends inside a member")
    }

    private func trailingGarbage() -> GzipError { corrupt("what follows the last member is not gzip") }

    private func corrupt(_ reason: String) -> GzipError {
        GzipError(.corrupt, name: input.name, offset: input.bytesTaken, reason: reason)
    }

    private func outOfMemory() -> GzipError {
        GzipError(.outOfMemory, name: input.name, offset: input.bytesTaken, reason: "zlib got no memory")
    }
}
