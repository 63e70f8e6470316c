internal import AuditRecords

/// The activity log of Azure Monitor: as diagnostic settings write it, and as REST, CLI and SDKs answer it.
struct AzureActivity: JSONFormat {
    let name = "azure-activity"
    let envelopes: [StaticString] = ["records", "value"]

    private static let system = Array("azure".utf8)

    func hasMarks(_ object: JSONValue) -> Bool {
        if isAnswer(object), object.has("operationName") || object.has("operation_name") { return true }
        return Self.isDiagnostic(object) && !Entra.isTenants(object)
    }

    /// Whether it has what diagnostic settings write of the activity log and of a tenant's logs.
    static func isDiagnostic(_ object: JSONValue) -> Bool {
        object.hasString("operationName") && object.hasString("time")
            && (object.has("resourceId") || object.has("category"))
    }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        isAnswer(event) ? try answered(event, times) : try diagnostic(event, times)
    }

    private func isAnswer(_ object: JSONValue) -> Bool {
        object.has("eventTimestamp") || object.has("event_timestamp")
    }

    private func diagnostic(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        guard let action = event.first("operationName") else {
            throw .refused("is no event of the Azure activity log: it has no operationName")
        }
        return Event(
            // `correlationId` is that of all events of an operation.
            auditId: nil,
            timestamp: try event.time("time", times),
            systemId: Self.system,
            userId: claimed(event.object("identity.claims")) ?? event.first("identity"),
            resourceId: event.first("resourceId"),
            action: action,
            outcome: outcome(
                event.first("resultType"),
                event.first("resultSignature") ?? event["resultSignature"]?.wholeNumber),
            sourceIp: event["callerIpAddress"]?.string,
            details: .json(event.bytes))
    }

    private func claimed(_ claims: JSONValue?) -> [UInt8]? {
        claims?.member("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn")?.words
            ?? claims?.member("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name")?.words
            ?? claims?.member("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress")?.words
            ?? claims?.first("name", "appid")
    }

    private func answered(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        Event(
            auditId: value(event, "eventDataId", "event_data_id"),
            timestamp: try times.time(event.first("eventTimestamp", "event_timestamp"), "eventTimestamp"),
            systemId: Self.system,
            userId: event.first("caller", "claims.appid"),
            resourceId: value(event, "resourceId", "resource_id"),
            action: value(event, "operationName", "operation_name"),
            outcome: outcome(value(event, "status", "status"), value(event, "subStatus", "sub_status")),
            sourceIp: address(event)?.string,
            details: .json(event.bytes))
    }

    /// A member by REST's or the Python SDK's name: text, or an object that has it as `value`.
    private func value(_ event: JSONValue, _ name: StaticString, _ sdkName: StaticString) -> [UInt8]? {
        let own = event[name].flatMap { $0.kind == .null ? nil : $0 }
        let value = own ?? event[sdkName]
        return (value?["value"] ?? value)?.words
    }

    private func address(_ event: JSONValue) -> JSONValue? {
        let request = [event["httpRequest"], event["http_request"]].lazy.compactMap { $0 }.first(
            where: \.isSomething)
        return [request?["clientIpAddress"], request?["client_ip_address"]].lazy.compactMap { $0 }
            .first(where: \.isSomething)
    }

    private func outcome(_ status: [UInt8]?, _ signature: [UInt8]?) -> Outcome {
        switch String(decoding: (status ?? []).lowercased, as: UTF8.self) {
        case "failed", "failure": isDenial((signature ?? []).lowercased) ? .denied : .failure
        case "success", "succeeded": .success
        default: .unknown
        }
    }

    private func isDenial(_ signature: [UInt8]) -> Bool {
        signature.has("forbidden") || signature.has("unauthorized") || signature.hasWord("401")
            || signature.hasWord("403")
    }
}
