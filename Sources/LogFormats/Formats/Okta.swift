/// Okta's System Log.
struct Okta: JSONFormat {
    let name = "okta"

    func hasMarks(_ object: JSONValue) -> Bool {
        object.hasString("eventType") && object.hasString("published")
            && (object.hasString("uuid") || object.object("actor") != nil)
    }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        guard let action = event.first("eventType") else {
            throw .refused("is no event of Okta's System Log: it has no eventType")
        }
        // `target` may be null.
        let target = event["target"]?.first
        return Event(
            auditId: event.first("uuid"),
            timestamp: try event.time("published", times),
            userId: known(event["actor.alternateId"]) ?? event.first("actor.id", "actor.displayName"),
            resourceId: known(target?["alternateId"]) ?? target?.first("displayName", "id"),
            action: action,
            outcome: outcome(event["outcome.result"]),
            sourceIp: event["client.ipAddress"]?.string,
            details: .json(event.bytes))
    }

    private func known(_ value: JSONValue?) -> [UInt8]? {
        value?.spells("unknown") == true ? nil : value?.words
    }

    private func outcome(_ result: JSONValue?) -> Outcome {
        switch String(decoding: result?.string ?? [], as: UTF8.self) {
        case "SUCCESS", "ALLOW": .success
        case "FAILURE", "ABANDONED", "UNANSWERED", "RATE_LIMIT": .failure
        case "DENY": .denied
        default: .unknown
        }
    }
}
