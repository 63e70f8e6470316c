internal import AuditRecords

/// A row that cannot be answered with. What is right is not known here, so no part of it is left out instead.
struct StoredRecordFault: Error, CustomStringConvertible {
    let description: String

    /// A record that is under a key, and what is wrong with it.
    init(_ key: RecordKey, _ detail: String) {
        let time = String(decoding: key.timestamp, as: UTF8.self)
        description = """
            the record of systemId \(Self.quoted(key.systemId.bytes)), timestamp \(time), auditId \
            \(Self.quoted(key.auditId.bytes)) cannot be answered: \(detail). Load it again, corrected: it replaces \
            the one there
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
            written by this program: delete it from entries, or correct it
            """
    }

    /// A number that an entry has and no name.
    init(number: Int64, of kind: String) {
        description = """
            an entry names the \(kind) \(number), which is not there: restore the file from a backup, or load it again
            """
    }

    /// On one line, whatever it holds.
    private static func quoted(_ text: [UInt8]) -> String {
        String(reflecting: String(decoding: text.prefix(200), as: UTF8.self))
    }
}
