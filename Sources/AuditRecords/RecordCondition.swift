package import JSONBytes

/// What a record must say besides the ids and the time that are asked for: what every store's records are held against, one by
/// one. All of it must hold.
package struct RecordCondition: Hashable, Sendable {
    /// What it compares, if anything.
    package let filter: RecordFilter?
    /// Which words it asks for, if any.
    package let search: RecordSearch?

    /// A condition of its parts; nil where there is none.
    package init?(filter: RecordFilter?, search: RecordSearch?) {
        guard filter != nil || search != nil else { return nil }
        self.filter = filter
        self.search = search
    }

    /// Whether a record fulfils it, of whose attributes these are to be seen: the text of one object.
    ///
    /// - Throws: where they are no such text. Whether the record passes is not known then.
    package func matches(_ record: AuditRecord, attributes: [UInt8]) throws(JSONFault) -> Bool {
        // The search is the cheaper one for what does not pass.
        if let search, try !search.matches(record, attributes: attributes) { return false }
        return try filter?.matches(record, attributes: attributes) ?? true
    }
}
