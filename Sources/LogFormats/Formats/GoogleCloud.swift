/// Cloud Audit Logs of Google Cloud, as Cloud Logging's entries.
struct GoogleCloud: JSONFormat {
    let name = "gcp"
    let envelopes: [StaticString] = ["entries"]

    func hasMarks(_ object: JSONValue) -> Bool {
        object.object("protoPayload") != nil
            && (object.hasString("logName") || object.has("resource") || object.hasString("insertId"))
    }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        guard let payload = event.object("protoPayload") else { throw fault(event) }
        return Event(
            auditId: event.first("insertId"),
            timestamp: try times.time(event.first("timestamp", "receiveTimestamp"), "timestamp"),
            systemId: payload.first("serviceName"),
            userId: payload.first("authenticationInfo.principalEmail", "authenticationInfo.principalSubject"),
            resourceId: payload.first("resourceName"),
            action: payload.first("methodName"),
            outcome: outcome(payload["status.code"]),
            sourceIp: payload["requestMetadata.callerIp"]?.string,
            details: .json(event.bytes))
    }

    private func fault(_ event: JSONValue) -> EventFault {
        if event.has("protopayload_auditlog") {
            return .refused(
                "is a row of a BigQuery table: load what gcloud logging read or a storage sink writes")
        }
        if event.has("jsonPayload") || event.has("textPayload") || event.has("httpRequest") {
            return .skipped("a log entry of Google Cloud that is no audit log")
        }
        return .refused("is no LogEntry of Cloud Audit Logs: it has no protoPayload")
    }

    /// A code of google.rpc.Code; none is OK.
    private func outcome(_ code: JSONValue?) -> Outcome {
        guard let code, code.kind != .null else { return .success }
        switch code.int {
        case 0: return .success
        // PERMISSION_DENIED, UNAUTHENTICATED.
        case 7, 16: return .denied
        default: return .failure
        }
    }
}
