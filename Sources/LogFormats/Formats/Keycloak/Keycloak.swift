internal import AuditRecords

/// Keycloak's user and admin events: of the REST API, and of the server's log as JSON.
struct Keycloak: JSONFormat {
    let name = "keycloak"

    func hasMarks(_ object: JSONValue) -> Bool {
        object["loggerName"]?.string?.begins(with: "org.keycloak") == true
            || object.has("realmId") && object.has("time")
                && (object.hasString("type") || object.hasString("operationType"))
    }

    func event(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        if event.first("loggerName") != nil { return try logged(event, times) }
        if let operation = event.first("operationType") { return try admin(event, operation) }
        guard let type = event.first("type") else {
            throw .refused("is no Keycloak event: it has no type and no operationType")
        }
        return Event(
            auditId: event.first("id"),
            timestamp: try JSONValue.milliseconds(event["time"], "time"),
            systemId: event.first("realmId"),
            userId: event.first("userId", "details.username", "clientId"),
            resourceId: event.first("clientId", "realmId"),
            action: type,
            outcome: Self.outcome(event.first("error")),
            sourceIp: event["ipAddress"]?.string,
            details: .json(event.bytes))
    }

    private func admin(_ event: JSONValue, _ operation: [UInt8]) throws(EventFault) -> Event {
        Event(
            auditId: event.first("id"),
            timestamp: try JSONValue.milliseconds(event["time"], "time"),
            systemId: event.first("realmId"),
            userId: event.first("authDetails.userId", "authDetails.clientId"),
            resourceId: event.first("resourcePath", "authDetails.clientId", "realmId"),
            action: operation + (event["resourceType"]?.spelling.map { [UInt8(ascii: ":")] + $0 } ?? []),
            outcome: Self.outcome(event.first("error")),
            sourceIp: event["authDetails.ipAddress"]?.string,
            details: .json(event.bytes))
    }

    private func logged(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Event {
        guard event["loggerName"]?.spells("org.keycloak.events") == true else { throw Self.noEvent }
        return Self.event(
            KeycloakMessage((event.first("message") ?? [])[...]),
            try event.time("timestamp", times), .json(event.bytes))
    }

    static let noEvent = EventFault.skipped("a line of the server log that is no event")

    /// What a message of the log says.
    static func event(_ message: KeycloakMessage, _ instant: Timestamp, _ details: Details) -> Event {
        Event(
            timestamp: instant,
            systemId: message.value("realmName") ?? message.value("realmId"),
            userId: message.value("userId") ?? message.value("username") ?? message.value("clientId"),
            resourceId: message.value("resourcePath") ?? message.value("clientId")
                ?? message.value("realmId"),
            action: message.value("type"),
            outcome: outcome(message.value("error")),
            sourceIp: message.value("ipAddress"),
            details: details)
    }

    /// An event is an error event only if it has an error.
    private static func outcome(_ error: [UInt8]?) -> Outcome {
        guard let error else { return .success }
        return error.has("access_denied") || error.has("not_allowed") || error.has("ssl_required")
            ? .denied : .failure
    }
}

/// Keycloak's events in the server's log as text: a line each.
struct KeycloakText {
    private let times: TimeReader

    init(_ times: TimeReader) {
        self.times = times
    }

    /// What a line says.
    ///
    /// - Throws: why it becomes no record: that it is another line of the log.
    func event(_ line: ArraySlice<UInt8>) throws(EventFault) -> Event {
        guard line.first != UInt8(ascii: "{") else { return try Keycloak().event(text: line, times) }
        var cursor = TextCursor(line)
        let end = line.index(line.startIndex, offsetBy: Self.timeByteCount, limitedBy: line.endIndex)
        guard let end else { throw Keycloak.noEvent }
        let time = cursor.take(to: end)
        guard Self.isTime(time), cursor.passBlanks(), cursor.passWord(), cursor.passBlanks(),
            cursor.accept(text: "[org.keycloak.events] ("), cursor.passThrough(")") != nil,
            cursor.accept(" ")
        else { throw Keycloak.noEvent }
        let instant = try times.time(Array(time), "the line's time")
        return Keycloak.event(KeycloakMessage(cursor.rest), instant, .lines([Array(line)]))
    }

    /// `2026-03-01 12:00:00,003`
    private static let timeByteCount = 23

    private static func isTime(_ text: ArraySlice<UInt8>) -> Bool {
        zip(text, "dddd-dd-dd dd:dd:dd,ddd".utf8).allSatisfy { byte, form in
            form == UInt8(ascii: "d") ? byte.isDigit : byte == form
        }
    }
}

extension TextCursor {
    /// Passes blanks, of which there must be one.
    fileprivate mutating func passBlanks() -> Bool { !pass { $0 == UInt8(ascii: " ") }.isEmpty }

    /// Passes a word, such as a level.
    fileprivate mutating func passWord() -> Bool {
        !take(to: rest.end(from: rest.startIndex, while: \.isWord)).isEmpty
    }
}
