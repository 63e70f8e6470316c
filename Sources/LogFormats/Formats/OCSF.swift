/// Events of the Open Cybersecurity Schema Framework, 1.x.
struct OCSF: JSONFormat {
    let name = "ocsf"

    /// Account Change, User Access Management, and Group Management: what is changed is a user.
    private static let userClasses: Set<Int> = [3001, 3005, 3006]

    func hasMarks(_ object: JSONValue) -> Bool {
        object.has("class_uid") && object.has("time") && (object.has("metadata") || object.has("type_uid"))
    }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        guard event.has("class_uid") else { throw .refused("is no OCSF event: it has no class_uid") }
        return Event(
            auditId: event.first("metadata.uid"),
            timestamp: try JSONValue.milliseconds(event["time"], "time"),
            systemId: event.first("api.service.name", "metadata.product.name"),
            userId: event.first(
                "actor.user.uid", "actor.user.name", "user.uid", "user.name", "actor.user.uid_alt",
                "user.uid_alt", "actor.invoked_by"),
            resourceId: resource(event),
            action: event.first("api.operation", "activity_name", "activity")
                ?? [event["class_uid"], event["activity_id"]].spelt(),
            outcome: outcome(event),
            sourceIp: event["src_endpoint.ip"]?.string,
            details: .json(event.bytes))
    }

    private func resource(_ event: JSONValue) -> [UInt8]? {
        let resources = event["resources"]
        let resource = resources?.isArray == true ? resources?.first : event["resource"]
        if let text = resource?.first("uid", "name") { return text }
        let isUsers = event["class_uid"]?.int.map(Self.userClasses.contains) == true
        return (isUsers ? event.first("user.name", "user.uid") : nil)
            ?? event.first("dst_endpoint.hostname", "dst_endpoint.ip")
    }

    private func outcome(_ event: JSONValue) -> Outcome {
        let error = event.first("api.response.error") ?? []
        let isDenied =
            event["action_id"]?.int == 2 || event["disposition_id"]?.int == 2 || error.has("AccessDenied")
            || error.has("Unauthorized") || error.has("Forbidden")
        if isDenied { return .denied }
        let (id, status) = (event["status_id"]?.int, event.first("status")?.lowercased ?? [])
        if id == 1 || status.elementsEqual("success".utf8) { return .success }
        return id == 2 || status.elementsEqual("failure".utf8) ? .failure : .unknown
    }
}
