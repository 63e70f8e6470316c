/// The unified audit log of Microsoft 365, as JSON.
struct Microsoft365: JSONFormat {
    let name = "m365"
    let envelopes: [StaticString] = ["value"]

    func hasMarks(_ object: JSONValue) -> Bool {
        object.hasString("CreationTime") && object.hasString("Operation")
            && (object.has("Workload") || object.has("RecordType"))
    }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        guard let action = event.first("Operation") else {
            throw .refused("is no record of the unified audit log: it has no Operation")
        }
        return Event(
            auditId: event.first("Id"),
            timestamp: try event.time("CreationTime", times, zoneless: .universal),
            systemId: event.first("Workload") ?? Array("Microsoft365".utf8),
            userId: event.first("UserId", "UserKey"),
            resourceId: event.first("ObjectId"),
            action: action,
            outcome: outcome(event, action.lowercased),
            sourceIp: event.first("ClientIP", "ClientIPAddress", "ActorIpAddress"),
            details: .json(event.bytes))
    }

    /// Workloads overwrite ResultStatus: a failed sign-in has `Success` there.
    private func outcome(_ event: JSONValue, _ action: [UInt8]) -> Outcome {
        if event.first("LogonError") != nil || action.has("loginfailed") || action.hasWord("failed") {
            return .failure
        }
        switch String(decoding: (event.first("ResultStatus") ?? []).lowercased, as: UTF8.self) {
        case "success", "succeeded", "true": return .success
        case "failed", "failure", "false": return .failure
        default: return .unknown
        }
    }
}
