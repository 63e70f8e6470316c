internal import AuditRecords

/// The audit log of an organisation or enterprise on GitHub, and of GitHub Enterprise Server.
struct GitHub: JSONFormat {
    let name = "github"

    func hasMarks(_ object: JSONValue) -> Bool {
        guard object.hasString("action"), object.has("@timestamp") || object.has("created_at") else {
            return false
        }
        return object.has("actor") || object.has("_document_id") || object.has("org") || object.has("repo")
            || object.has("business")
    }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        guard let action = event.first("action") else {
            throw .refused("is no event of GitHub's audit log: it has no action")
        }
        let words = action.split { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") }
        let hasFailed = words.contains { word in
            ["fail", "failed", "failure"].contains { word.elementsEqual($0.utf8) }
        }
        return Event(
            auditId: event.first("_document_id"),
            timestamp: try time(event, times),
            // `user` is the one that it was done to.
            userId: event.first("actor"),
            resourceId: event.first("repo", "repository", "org", "business"),
            action: action,
            outcome: hasFailed ? .failure : .unknown,
            sourceIp: event["actor_ip"]?.string,
            details: .json(event.bytes))
    }

    private func time(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Timestamp {
        let stamp = event["@timestamp"].flatMap { $0.kind == .null ? nil : $0 }
        let value = stamp ?? event["created_at"]
        if let text = value?.string, text.isEmpty || !text.allSatisfy(\.isDigit) {
            return try times.time(text, "created_at")
        }
        return try JSONValue.milliseconds(value, "@timestamp")
    }
}
