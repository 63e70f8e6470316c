internal import CSystemd
internal import Glibc

/// The system's journal, or the namespace's that the unit's LogNamespace= names: systemd shows either at the same
/// place.
public enum Journal {
    /// Whether there is a journal to write to.
    public static var isThere: Bool { access("/run/systemd/journal/socket", W_OK) == 0 }

    /// Whether what this process writes to standard error goes to the journal anyway, so that its own entries
    /// belong there too (systemd.exec(5), JOURNAL_STREAM).
    public static var hasStandardError: Bool {
        guard let value = getenv("JOURNAL_STREAM") else { return false }
        let numbers = String(cString: value).split(separator: ":").map { UInt64($0) }
        var status = stat()
        guard numbers.count == 2, fstat(STDERR_FILENO, &status) == 0 else { return false }
        return numbers == [UInt64(status.st_dev), UInt64(status.st_ino)]
    }

    /// Writes one entry (sd_journal_sendv(3)). Each field is `NAME=value` in bytes; a name may stand several times.
    ///
    /// One datagram, about 10 µs; waits while the journal's queue is full, so it does not belong on a thread that
    /// answers a request.
    ///
    /// - Returns: whether the journal has taken it.
    public static func send(_ fields: [[UInt8]]) -> Bool {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fields.reduce(0) { $0 + $1.count })
        for field in fields { bytes += field }
        return bytes.withUnsafeMutableBytes { buffer in
            var vectors: [iovec] = []
            vectors.reserveCapacity(fields.count)
            var offset = 0
            for field in fields {
                vectors.append(
                    iovec(iov_base: buffer.baseAddress.map { $0 + offset }, iov_len: field.count))
                offset += field.count
            }
            return sd_journal_sendv(vectors, Int32(vectors.count)) == 0
        }
    }
}
