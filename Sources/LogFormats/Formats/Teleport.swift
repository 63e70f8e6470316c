/// Teleport's audit events.
struct Teleport: JSONFormat {
    let name = "teleport"

    func hasMarks(_ object: JSONValue) -> Bool {
        object.hasString("event") && object.hasString("code") && object.hasString("time")
    }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        guard let action = event.first("event") else {
            throw .refused("is no Teleport audit event: it has no event")
        }
        // In events of devices the user is an object.
        let user = event.object("user") == nil ? event.first("user") : event.first("user.user")
        return Event(
            auditId: event.first("uid"),
            timestamp: try event.time("time", times),
            systemId: event.first("cluster_name"),
            userId: user ?? event.first("login", "identity.user", "updated_by"),
            resourceId: event.first(
                "name", "target", "resource_name", "db_service", "app_name", "desktop_name",
                "server_hostname",
                "server_addr", "server_id", "kubernetes_cluster", "path", "sid", "id", "cluster_name"),
            action: action,
            outcome: outcome(event),
            sourceIp: address(event)?.string,
            details: .json(event.bytes))
    }

    private func address(_ event: JSONValue) -> JSONValue? {
        [event.member("addr.remote"), event["remote_addr"], event["src_addr"]].lazy.compactMap { $0 }
            .first(where: \.isSomething)
    }

    private func outcome(_ event: JSONValue) -> Outcome {
        let error = event.first("error", "exitError")
        let told = event["success"].flatMap { $0.kind == .null ? nil : $0 }
        let success = (told ?? event["status.success"])?.kind
        if success == .isFalse || error != nil { return error.map(isDenial) == true ? .denied : .failure }
        switch event.first("code")?.last {
        case _ where success == .isTrue: return .success
        case UInt8(ascii: "I"): return .success
        case UInt8(ascii: "E"), UInt8(ascii: "F"), UInt8(ascii: "W"): return .failure
        default: return .unknown
        }
    }

    private func isDenial(_ error: [UInt8]) -> Bool {
        let text = error.lowercased
        if text.has("access denied") || text.has("permission denied") { return true }
        return text.split(separator: UInt8(ascii: "\n")).contains { line in
            line.rest(behind: "access to ")?.has(" denied") == true
        }
    }
}
