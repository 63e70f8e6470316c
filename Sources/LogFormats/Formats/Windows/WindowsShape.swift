internal import AuditRecords

/// What a Windows event has, whatever shipped it: winlogbeat, evtx_dump, or NXLog, Logstash and Log Analytics, which are flat.
struct WindowsShape {
    let instant: Timestamp
    let host: [UInt8]?
    let code: [UInt8]?
    let number: [UInt8]?
    let channel: [UInt8]?
    /// The bits of the keywords; 0 where there are none.
    let keywords: UInt64
    /// What the event's provider says.
    let data: JSONValue?

    /// - Throws: that it has no time.
    init(_ event: JSONValue, _ times: TimeReader) throws(EventFault) {
        if let log = event.object("winlog") {
            instant = try event.time("@timestamp", times)
            (host, channel) = (log.first("computer_name"), log.first("channel"))
            (code, number) = (Self.digits(log["event_id"]), Self.digits(log["record_id"]))
            keywords = Self.keywords(words: log["keywords"])
            data = log.object("event_data")
        } else if let system = event.object("Event.System") {
            instant = try Self.systemTime(system, times)
            (host, channel) = (system.first("Computer"), system.first("Channel"))
            // Where the number has qualifiers, it is the text of an element.
            code = Self.digits(system["EventID.#text"] ?? system["EventID"])
            number = Self.digits(system["EventRecordID"])
            keywords = Self.keywords(system["Keywords"])
            data = event.object("Event.EventData")
        } else {
            instant = try Self.flatTime(event, times)
            (host, channel) = (event.first("Hostname", "Computer", "computer_name"), event.first("Channel"))
            code = Self.digits(event["EventID"])
            number = Self.digits(event["EventRecordID"] ?? event["RecordNumber"])
            keywords = Self.keywords(event["Keywords"])
            data = event
        }
    }

    /// A value of what the provider says, unless it is empty, or the dash that stands for nothing.
    func named(_ name: StaticString) -> JSONValue? { data?.named(name) }

    private static func systemTime(_ system: JSONValue, _ times: TimeReader) throws(EventFault) -> Timestamp {
        guard let value = system["TimeCreated.#attributes.SystemTime"], value.kind != .null else {
            throw .refused("SystemTime is missing")
        }
        guard let text = value.string else { throw .refused("SystemTime is not a string") }
        return try times.time(text, "SystemTime", zoneless: .universal)
    }

    private static func flatTime(_ event: JSONValue, _ times: TimeReader) throws(EventFault) -> Timestamp {
        if let created = event.first("TimeCreated"), times.hasZone(created) {
            return try times.time(created, "TimeCreated")
        }
        return try times.time(
            event.first("@timestamp", "TimeGenerated", "TimeCreated", "EventTime"), "TimeCreated")
    }

    private static func digits(_ value: JSONValue?) -> [UInt8]? { value?.words ?? value?.wholeNumber }

    private static func keywords(words: JSONValue?) -> UInt64 {
        let words = words?.elements ?? []
        if words.contains(where: { $0.spells("Audit Failure") }) { return 1 << 52 }
        return words.contains { $0.spells("Audit Success") } ? 1 << 53 : 0
    }

    /// Of hexadecimal digits, or of a number, which NXLog writes signed.
    private static func keywords(_ value: JSONValue?) -> UInt64 {
        if let text = value?.string {
            let digits = text.dropFirst(2)
            guard text.begins(with: "0x"), !digits.isEmpty, digits.allSatisfy(\.isHexadecimal) else {
                return 0
            }
            return UInt64(digits.suffix(16).text, radix: 16) ?? 0
        }
        guard let number = value?.wholeNumber?.text else { return 0 }
        return UInt64(number) ?? Int64(number).map { UInt64(bitPattern: $0) } ?? 0
    }
}

extension JSONValue {
    /// The member of a name, unless it is an empty string or a dash.
    func named(_ name: StaticString) -> JSONValue? {
        guard let value = member(name), !value.spells(""), !value.spells("-") else { return nil }
        return value
    }
}
