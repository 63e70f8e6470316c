import AuditRecords
import AuditStores
import Files
import LogFormats

/// Keeps in a file the cursor of the last entry of systemd's journal that is stored, from which `journalctl --cursor` goes on.
///
/// Not `--after-cursor`: where the entry is gone, journalctl leaves out the next one in its place.
final class JournalCursor {
    private let path: String
    private var last: [UInt8] = []
    private var stored: [UInt8] = []

    /// A cursor that is kept in a file, which need not be there yet.
    init(path: String) {
        self.path = path
    }

    /// An entry that is to be loaded. Its id is its cursor, where it has one (docs/formats.md).
    func take(_ reading: Reading) {
        guard case .record(let record, _) = reading else { return }
        let id = record.key.auditId.bytes
        if id.starts(with: "s=".utf8) { last = id }
    }

    /// All entries so far are stored.
    ///
    /// - Throws: that the file cannot be written.
    func store() throws(StoreError) {
        guard last != stored else { return }
        do throws(FileError) {
            try LocalFile.replace(path, with: last + [UInt8(ascii: "\n")], mode: 0o640)
        } catch {
            throw StoreError(.unavailable, "--cursor-file: \(error)")
        }
        stored = last
    }
}
