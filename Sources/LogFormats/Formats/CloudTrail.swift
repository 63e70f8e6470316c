internal import JSONBytes

/// AWS CloudTrail: delivered files, LookupEvents, EventBridge, CloudWatch Logs subscriptions, Lake, and Insights.
struct CloudTrail: JSONFormat {
    let name = "cloudtrail"
    let envelopes: [StaticString] = ["Records", "Events"]

    func hasMarks(_ object: JSONValue) -> Bool {
        let isEvent =
            object.hasString("eventVersion")
            && (object.hasString("eventID") || object.hasString("eventName") || object.hasString("eventType"))
        let isBridged = object.hasString("detail-type") && object.has("detail.eventVersion")
        let isSubscription = object.hasString("messageType") && object.has("logEvents")
        return isEvent || isBridged || isSubscription || object.hasString("digestS3Object")
            || object.hasString("CloudTrailEvent")
    }

    func messages(in object: JSONValue) -> [Result<JSONValue, EventFault>]? {
        guard object["messageType"]?.spells("DATA_MESSAGE") == true, let events = object["logEvents"],
            events.isArray
        else { return nil }
        return events.elements.map { event in
            guard let text = event["message"]?.string, let message = Self.object(text) else {
                return .failure(.refused("a log event whose message is no JSON object"))
            }
            return .success(message)
        }
    }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        if event.has("digestS3Object") || event.has("digestEndTime") {
            throw .skipped("a digest file of CloudTrail")
        }
        if event["messageType"]?.spells("CONTROL_MESSAGE") == true {
            throw .skipped("a control message of CloudWatch Logs")
        }
        if event["messageType"]?.spells("DATA_MESSAGE") == true {
            throw .refused("an envelope of CloudWatch Logs without logEvents")
        }
        if let text = event["CloudTrailEvent"]?.string {
            guard let inner = Self.object(text) else { throw .refused("CloudTrailEvent is no JSON object") }
            return try self.event(try unrepeated(inner), outside: inner, times)
        }
        if let inner = event.object("detail"), event.has("detail-type") {
            return try self.event(try unrepeated(inner), outside: inner, times)
        }
        // CloudTrail Lake, with events of one's own.
        if let inner = event.object("eventData"), !event.has("eventName") {
            return try self.event(inner, outside: event, times)
        }
        return try self.event(event, outside: event, times)
    }

    /// What an event says, of which its id and all that is kept may stand around the rest.
    private func event(
        _ event: JSONValue, outside: JSONValue, _ times: TimeReader
    ) throws(EventFault) -> Event {
        guard event.has("eventVersion") || event.has("eventName") || event.has("eventType") else {
            throw .refused("is no CloudTrail event: it has no eventVersion, eventName or eventType")
        }
        let hasTime = event["eventTime"]?.isSomething == true
        return Event(
            auditId: outside.first("eventID"),
            timestamp: try (hasTime ? event : outside).time("eventTime", times),
            systemId: event.first("eventSource", "insightDetails.eventSource"),
            userId: event.first(
                "userIdentity.arn", "userIdentity.principalId", "userIdentity.userName",
                "userIdentity.onBehalfOf.userId", "userIdentity.invokedBy", "userIdentity.accountId"),
            resourceId: CloudTrailResource.name(in: event),
            action: action(event),
            outcome: outcome(event),
            sourceIp: event["sourceIPAddress"]?.string,
            details: .json(outside.bytes))
    }

    private func action(_ event: JSONValue) -> [UInt8]? {
        let name = event.first("eventName", "insightDetails.eventName")
        guard let insight = insight(event) else { return name }
        let kind = [insight["insightType"], insight["state"]].spelt()
        return (name ?? Array("Insight".utf8)) + (kind.map { [UInt8(ascii: ":")] + $0 } ?? [])
    }

    private func insight(_ event: JSONValue) -> JSONValue? {
        event.object("insightDetails").flatMap { $0.isSomething ? $0 : nil }
    }

    /// An error is there if the request has returned one.
    private func outcome(_ event: JSONValue) -> Outcome {
        guard insight(event) == nil else { return .unknown }
        if let error = event.first("errorCode") {
            let isDenied =
                error.has("AccessDenied") || error.has("Unauthorized") || error.has("NotAuthorized")
                || error.has("Forbidden")
            return isDenied ? .denied : .failure
        }
        let name = event.first("eventName") ?? []
        let answers = event.object("responseElements")?.members ?? []
        let hasFailed = answers.contains { member in
            (member.name.spells("ConsoleLogin") || member.name.string == name)
                && (member.value.spells("Failure") || member.value.spells("Failed"))
        }
        return hasFailed ? .failure : .success
    }

    private func unrepeated(_ event: JSONValue) throws(EventFault) -> JSONValue {
        if let fault = event.repetition { throw fault }
        return event
    }

    /// The object that a text is.
    private static func object(_ text: [UInt8]) -> JSONValue? {
        guard let value = try? JSONText(text).root, value.isObject else { return nil }
        return value
    }
}
