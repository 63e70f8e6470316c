/// The sign-in and audit logs of Entra ID, as Azure Monitor's diagnostic settings write them.
struct Entra: JSONFormat {
    let name = "entra"
    let envelopes: [StaticString] = ["records", "value"]

    func hasMarks(_ object: JSONValue) -> Bool {
        AzureActivity.isDiagnostic(object) && Self.isTenants(object)
    }

    /// Whether it is of a tenant's logs, and not of a subscription's.
    static func isTenants(_ object: JSONValue) -> Bool {
        object["resourceId"]?.string?.lowercased.begins(with: "/tenants/") == true || isSignIn(object)
            || object["category"]?.spells("AuditLogs") == true
    }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        guard let action = event.first("operationName") else {
            let hint = event.has("TimeGenerated") ? " (rows of a Log Analytics table are not read)" : ""
            throw .refused("is no Entra log event: it has no operationName\(hint)")
        }
        let target = event["properties.targetResources"]?.first
        return Event(
            auditId: event.first("properties.id"),
            timestamp: try event.time("time", times),
            userId: event.first(
                "properties.userPrincipalName", "properties.initiatedBy.user.userPrincipalName",
                "properties.initiatedBy.app.displayName", "properties.servicePrincipalName",
                "properties.servicePrincipalId", "identity"),
            resourceId: event.first("properties.resourceDisplayName")
                ?? target?.first("userPrincipalName", "displayName", "id")
                ?? event.first("properties.appDisplayName", "resourceId"),
            action: action,
            outcome: Self.isSignIn(event) ? signInOutcome(event) : outcome(event),
            sourceIp: event.first(
                "callerIpAddress", "properties.ipAddress", "properties.initiatedBy.user.ipAddress"),
            details: .json(event.bytes))
    }

    private static func isSignIn(_ object: JSONValue) -> Bool {
        object["category"]?.string?.ends(with: "SignInLogs") == true
    }

    private func signInOutcome(_ event: JSONValue) -> Outcome {
        let code =
            event["properties.status.errorCode"]?.wholeNumber ?? event.first("resultType")
            ?? event["resultType"]?.wholeNumber
        guard let code else { return .unknown }
        let text = String(decoding: code, as: UTF8.self)
        // Conditional Access, and a user who is not assigned to the application.
        if text == "53003" || text == "50105" { return .denied }
        return text == "0" || text.lowercased() == "success" ? .success : .failure
    }

    private func outcome(_ event: JSONValue) -> Outcome {
        let result = event.first("properties.result", "resultSignature", "resultType") ?? []
        switch String(decoding: result.lowercased, as: UTF8.self) {
        case "success": return .success
        case "failure", "failed": return .failure
        default: return .unknown
        }
    }
}
