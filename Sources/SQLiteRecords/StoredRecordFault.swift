internal import AuditRecords

/// A row that cannot be answered with. What is right is not known here, so no part of it is left out instead.
struct StoredRecordFault: Error, CustomStringConvertible {
    let description: String

    /// A record that is under a key, and what is wrong with it.
    init(_ key: RecordKey, _ detail: String) {
        description = """
            the record of \(Self.name(of: key)) cannot be answered: \(detail). Load it again, corrected: it replaces the one there
            """
    }

    /// Something that an index has, and the number to which it leads from there, which is gone or that of another one.
    init(indexFrom what: String, to number: Int64) {
        description = """
            an index leads from \(what) to number \(number), which is gone or that of another one: the file is damaged. \
            Restore it from a backup (docs/disaster-recovery.md), or load it again
            """
    }

    /// A row of a file before version 3 that has no key of ours.
    init(systemId: Identifier, sortKey: [UInt8]) {
        description = """
            the row of system_id \(Self.quoted(systemId.bytes)), sort_key \(Self.quoted(sortKey)) was not \
            written by this program: delete it, or correct its sort_key
            """
    }

    /// An entry that has no key of ours.
    init(system: StoredSystem, milliseconds: Int64, auditId: [UInt8]) {
        description = """
            the entry of system \(system.number), instant \(milliseconds), audit_id \(Self.quoted(auditId)) was not \
            written by this program: delete it from entries, or correct it; or an index is damaged, if it is not in entries: then \
            restore the file from a backup
            """
    }

    /// A number that an entry has and no name.
    init(number: Int64, of kind: String) {
        description = """
            an entry names the \(kind) \(number), which is not there: restore the file from a backup, or load it again
            """
    }

    /// How a record is named, on one line.
    static func name(of key: RecordKey) -> String {
        let time = String(decoding: key.timestamp, as: UTF8.self)
        return
            "systemId \(quoted(key.systemId.bytes)), timestamp \(time), auditId \(quoted(key.auditId.bytes))"
    }

    /// On one line, whatever it holds.
    static func quoted(_ text: [UInt8]) -> String {
        String(reflecting: String(decoding: text.prefix(200), as: UTF8.self))
    }
}
