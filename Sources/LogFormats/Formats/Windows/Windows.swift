internal import AuditRecords

/// Windows' security events as JSON, in the shapes of several shippers.
struct Windows: JSONFormat {
    let name = "windows"

    /// Events of a logon or a ticket: who did it is the target.
    private static let logonCodes: Set<String> = [
        "4624", "4625", "4634", "4647", "4648", "4768", "4769", "4771", "4776",
    ]

    func hasMarks(_ object: JSONValue) -> Bool {
        object.has("EventID") && (object.has("Channel") || object.has("SourceName"))
            || object.object("winlog") != nil && object.has("@timestamp")
            || object.object("Event.System") != nil
    }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        let shape = try WindowsShape(event, times)
        guard let code = shape.code else { throw .refused("is no Windows event: it has no EventID") }
        let accounts = WindowsAccounts(shape.data, isLogon: Self.logonCodes.contains(code.text))
        let channel = shape.channel ?? [UInt8(ascii: "-")]
        return Event(
            auditId: shape.number.map { channel + [UInt8(ascii: ":")] + $0 },
            timestamp: shape.instant, systemId: shape.host, userId: accounts.user,
            resourceId: resource(shape, accounts), action: code,
            outcome: outcome(shape, kind: event.first("EventType")?.text),
            sourceIp: shape.named("IpAddress")?.words ?? shape.named("SourceAddress")?.words,
            details: .json(event.bytes))
    }

    private func resource(_ shape: WindowsShape, _ accounts: WindowsAccounts) -> [UInt8]? {
        for name in ["ObjectName", "ServiceName", "ShareName", "NewProcessName"] as [StaticString] {
            if let text = shape.named(name)?.words { return text }
        }
        return accounts.other ?? shape.named("ProcessName")?.words ?? shape.named("Application")?.words
            ?? shape.host
    }

    /// Audit Failure and Audit Success are bits of the keywords (winmeta.xml).
    private func outcome(_ shape: WindowsShape, kind: String?) -> Outcome {
        if shape.keywords & 1 << 52 != 0 || kind == "AUDIT_FAILURE" { return .failure }
        return shape.keywords & 1 << 53 != 0 || kind == "AUDIT_SUCCESS" ? .success : .unknown
    }
}
