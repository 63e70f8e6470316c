/// The audit log of Kubernetes' API server: lines of the log backend, lists of the webhook backend.
struct Kubernetes: JSONFormat {
    let name = "kubernetes"
    let envelopes: [StaticString] = ["items"]

    func isEnvelope(_ object: JSONValue) -> Bool {
        object["kind"]?.spells("EventList") == true || object["kind"]?.spells("List") == true
    }

    func hasMarks(_ object: JSONValue) -> Bool {
        guard let kind = object["kind"], isAudit(object) else { return false }
        return kind.spells("Event") || kind.spells("EventList")
    }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        guard event["kind"]?.spells("Event") == true, isAudit(event) else {
            throw .refused("is no Kubernetes audit event: kind is not Event of audit.k8s.io")
        }
        // Of the request, so that its stages stand side by side; `timestamp` is that of versions before 1.9.
        let time = event.first("requestReceivedTimestamp", "stageTimestamp", "timestamp")
        return Event(
            auditId: auditId(event),
            timestamp: try times.time(time, "requestReceivedTimestamp"),
            userId: event.first("user.username"),
            resourceId: resource(event),
            action: event.first("verb"),
            outcome: outcome(event),
            // The last proxies stand behind it.
            sourceIp: event["sourceIPs"]?.first?.string,
            details: .json(event.bytes))
    }

    private func isAudit(_ object: JSONValue) -> Bool {
        object["apiVersion"]?.string?.begins(with: "audit.k8s.io/") == true
    }

    /// Each stage is a record, whatever the order of files; the last has the plain id.
    private func auditId(_ event: JSONValue) -> [UInt8]? {
        guard let id = event.first("auditID") else { return nil }
        guard let stage = event.first("stage"), !stage.elementsEqual("ResponseComplete".utf8) else {
            return id
        }
        return id + [UInt8(ascii: ":")] + stage
    }

    /// `apiGroup/namespaces/NAMESPACE/resource/name/subresource`, or the request's path.
    private func resource(_ event: JSONValue) -> [UInt8]? {
        guard let reference = event.object("objectRef"), reference.first("resource") != nil else {
            return event.first("requestURI").map { Array($0.prefix { $0 != UInt8(ascii: "?") }) }
        }
        let space = reference.first("namespace") == nil ? nil : reference["namespace"]?.string
        let parts = [
            reference["apiGroup"]?.string, space == nil ? nil : Array("namespaces".utf8), space,
            reference["resource"]?.string, reference["name"]?.string, reference["subresource"]?.string,
        ]
        return Array(parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: [UInt8(ascii: "/")]))
    }

    private func outcome(_ event: JSONValue) -> Outcome {
        let decision = event["annotations"]?.member("authorization.k8s.io/decision")
        let code = code(event["responseStatus.code"])
        if decision?.spells("forbid") == true || code == 401 || code == 403 { return .denied }
        guard let code, event["stage"]?.spells("RequestReceived") != true else { return .unknown }
        return code >= 400 ? .failure : .success
    }

    /// A status of HTTP. A truth is no status, and says at least that there was an answer.
    private func code(_ value: JSONValue?) -> Int? {
        value?.kind == .isTrue || value?.kind == .isFalse ? 0 : value?.int
    }
}
