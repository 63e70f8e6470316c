/// GitLab's audit_json.log, and the events of its API.
struct GitLab: JSONFormat {
    let name = "gitlab"

    /// The members that say what was done, in events that have no name.
    private static let verbs: [StaticString] = [
        "add", "remove", "change", "failed_login", "custom_message", "with",
    ]

    func hasMarks(_ object: JSONValue) -> Bool {
        object.has("entity_type") && object.has("author_id")
            && (object.hasString("time") || object.hasString("created_at"))
    }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        let details = event.object("details") ?? event
        guard event.has("entity_type") || event.has("author_id") || details.has("author_name") else {
            throw .refused("is no event of GitLab's audit_json.log: it has no author_id and no entity_type")
        }
        let verb = Self.verbs.first { details.first($0) != nil }
        return Event(
            auditId: event["id"]?.wholeNumber,
            timestamp: try times.time(event.first("time", "created_at"), "time"),
            userId: details.first("author_name") ?? event["author_id"]?.wholeNumber,
            resourceId: resource(event, details),
            action: event.first("event_name", "event_type") ?? details.first("event_name")
                ?? verb.flatMap { action($0, details) },
            outcome: verb.map { "\($0)" } == "failed_login" ? .failure : .unknown,
            sourceIp: details.first("ip_address") ?? event.first("ip_address"),
            details: .json(event.bytes))
    }

    private func resource(_ event: JSONValue, _ details: JSONValue) -> [UInt8]? {
        event.first("entity_path") ?? details.first("entity_path", "target_details")
            ?? [event["entity_type"], event["entity_id"]].spelt("/")
    }

    private func action(_ verb: StaticString, _ details: JSONValue) -> [UInt8]? {
        let object = details.first(verb)
        switch "\(verb)" {
        case "add", "remove", "change": return object.map { Array("\(verb):".utf8) + $0 }
        default: return object
        }
    }
}
