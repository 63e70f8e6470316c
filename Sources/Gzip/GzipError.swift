/// What went wrong while reading or writing gzip data.
package struct GzipError: Error, Hashable, Sendable {
    /// The kinds of failure, fit for a metric's label or an exit code.
    package enum Code: String, Hashable, Sendable {
        /// The data ends inside a gzip member: the rest of the file is missing.
        case truncated
        /// The data is not what gzip writes, or a checksum or length does not match.
        case corrupt
        /// The content is larger than the caller takes.
        case tooLarge
        /// The operating system refused to open or read.
        case io
        /// zlib got no memory.
        case outOfMemory
    }

    /// The kind of failure.
    package let code: Code
    /// The file's path, or the name given to the descriptor.
    package let name: String
    /// How many bytes of the source (compressed bytes, where it is gzip) had been consumed when it
    /// was noticed. The fault lies at or before this offset.
    package let offset: Int64
    /// What is wrong, in words: zlib's message or the system's text for `errorNumber`.
    package let reason: String
    /// The system's `errno`, for `Code.io`.
    package let errorNumber: Int32?

    init(_ code: Code, name: String, offset: Int64, reason: String, errorNumber: Int32? = nil) {
        self.code = code
        self.name = name
        self.offset = offset
        self.reason = reason
        self.errorNumber = errorNumber
    }
}

extension GzipError: CustomStringConvertible {
    /// One line that names the file, the fault and, where it helps, the offset.
    package var description: String {
        switch code {
        case .truncated: "\(name): truncated gzip data at byte \(offset): \(reason)"
        case .corrupt: "\(name): corrupt gzip data at byte \(offset): \(reason)"
        case .tooLarge, .io: "\(name): \(reason)"
        case .outOfMemory: "\(name): out of memory"
        }
    }
}
