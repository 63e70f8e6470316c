internal import AuditStores
internal import Files

/// A database in WAL mode as it lies on a disk: the file, its log, and the log's index. SQLite says of none of them
/// more than "unable to open database file", and opens whatever stands there: a named pipe for ever.
struct SQLiteFiles {
    private let path: String
    /// The file, and those beside it: beside the file itself where there is a link to it.
    private var all: [String] {
        let place = FileKind.resolved(path)
        return [path, "\(place)-wal", "\(place)-shm"]
    }

    init(_ path: String) {
        self.path = path
    }

    /// Throws when one of them is there and no regular file, before SQLite opens it.
    func checkKinds() throws(StoreError) {
        for file in all {
            guard let kind = FileKind(at: file), kind != .regular else { continue }
            throw StoreError(
                .unavailable,
                "\(file): is \(kind.rawValue) and no database: put the database back in its place")
        }
    }

    /// What keeps this process from reading the database, and what mends it; nil when nothing is seen.
    var obstacle: String? {
        for (file, isLog) in zip(all, [false, true, true]) {
            if FileKind(at: file) == nil {
                guard isLog else { return "\(file): is missing, or its folder may not be looked into" }
                return """
                    \(file): is missing, and this user may not make it. `audit-query load /dev/null`, run as who \
                    owns the folder, makes it; see "The embedded store" in docs/disaster-recovery.md for a backup \
                    that leaves it
                    """
            }
            guard FileKind.mayRead(file) else {
                return """
                    \(file): may not be read by this user: give it the owner, group and mode of its folder \
                    (chown --reference, chmod 640)
                    """
            }
        }
        return nil
    }
}
