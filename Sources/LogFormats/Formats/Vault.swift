/// The audit devices of HashiCorp Vault and OpenBao.
struct Vault: JSONFormat {
    let name = "vault"

    func hasMarks(_ object: JSONValue) -> Bool { isEntry(object) && object.hasString("time") }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        guard isEntry(event) else {
            throw .refused(
                "is no entry of a Vault audit device: it has no request, or type is neither request nor response"
            )
        }
        let isRequest = event["type"]?.spells("request") == true
        // A request without response is evidence: both entries are records.
        let id = event.first("request.id").map { isRequest ? $0 + Array(":request".utf8) : $0 }
        return Event(
            auditId: id,
            timestamp: try event.time("time", times),
            userId: event.first("auth.display_name", "response.auth.display_name", "auth.entity_id"),
            resourceId: (event.first("request.namespace.path") ?? []) + (event.first("request.path") ?? []),
            action: event.first("request.operation"),
            outcome: outcome(event, isRequest: isRequest),
            sourceIp: event["request.remote_address"]?.string,
            details: .json(event.bytes))
    }

    private func isEntry(_ object: JSONValue) -> Bool {
        guard let type = object["type"], object.object("request") != nil else { return false }
        return type.spells("request") || type.spells("response")
    }

    private func outcome(_ event: JSONValue, isRequest: Bool) -> Outcome {
        let error = event.first("error")
        if event["auth.policy_results.allowed"]?.kind == .isFalse || error?.has("permission denied") == true {
            return .denied
        }
        guard error == nil else { return .failure }
        return isRequest ? .unknown : .success
    }
}
