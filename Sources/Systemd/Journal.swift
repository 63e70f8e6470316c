internal import CSystemd
internal import Glibc

/// The system's journal, or the namespace's that the unit's LogNamespace= names: systemd shows either at the same
/// place.
package enum Journal {
    /// Whether there is a journal to write to.
    package static var isThere: Bool { access("/run/systemd/journal/socket", W_OK) == 0 }

    /// Whether what this process writes to standard error goes to the journal anyway, so that its own entries
    /// belong there too (systemd.exec(5), JOURNAL_STREAM).
    package static var hasStandardError: Bool {
        guard let value = getenv("JOURNAL_STREAM") else { return false }
        let numbers = String(cString: value).split(separator: ":").map { UInt64($0) }
        var status = stat()
        guard numbers.count == 2, fstat(STDERR_FILENO, &status) == 0 else { return false }
        return numbers == [UInt64(status.st_dev), UInt64(status.st_ino)]
    }

    /// Writes one entry (sd_journal_sendv(3)).
    ///
    /// One datagram, some 10 µs; waits while the journal's queue is full, so it does not belong on a thread that
    /// answers a request.
    ///
    /// - Returns: whether the journal has taken it.
    package static func send(_ fields: JournalFields) -> Bool {
        var bytes = fields.bytes
        return bytes.withUnsafeMutableBytes { buffer in
            var start = 0
            let vectors = fields.ends.map { end in
                defer { start = end }
                return iovec(iov_base: buffer.baseAddress.map { $0 + start }, iov_len: end - start)
            }
            return sd_journal_sendv(vectors, Int32(vectors.count)) == 0
        }
    }
}
