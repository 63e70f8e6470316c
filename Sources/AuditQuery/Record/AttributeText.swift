extension AuditRecord {
    /// The text of a top-level attribute that is a string; nil for another type and when there is none. For
    /// people to read.
    public func attributeText(_ name: String) -> String? {
        guard let object = try? JSONObject(attributes, depth: JSONCursor.maximumSkippedDepth),
            let member = object.members.first(where: { $0.name == Array(name.utf8) })
        else { return nil }
        return object.string(member).map { String(decoding: $0, as: UTF8.self) }
    }
}
