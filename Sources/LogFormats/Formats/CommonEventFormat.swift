internal import AuditRecords

/// ArcSight's Common Event Format, in syslog or bare: a line each.
struct CommonEventFormat {
    private let times: TimeReader

    init(_ times: TimeReader) {
        self.times = times
    }

    /// What a line says.
    ///
    /// - Throws: why it becomes no record.
    func event(_ line: ArraySlice<UInt8>) throws(EventFault) -> Event {
        guard let start = Self.start(line) else {
            throw .refused("is no CEF message: it has no CEF:0| or CEF:1|")
        }
        let header = try CEFHeader(line[(start + 6)...])
        let extensions = CEFExtension(header.rest)
        return Event(
            timestamp: try time(extensions, line[..<start]),
            systemId: Self.named(header.vendor) + [UInt8(ascii: " ")] + Self.named(header.product),
            userId: extensions.first("suser", "sourceUserName", "suid", "sourceUserId", "duser"),
            resourceId: extensions.first("request", "filePath", "fname", "dhost", "dst"),
            action: header.name.isEmpty ? header.signature : header.name,
            outcome: Self.outcome(extensions),
            sourceIp: extensions.first("src", "sourceAddress"),
            details: .lines([Array(line)]))
    }

    /// Where a text has `CEF:0|` or `CEF:1|`.
    static func start(_ line: ArraySlice<UInt8>) -> Int? {
        line.indices.first { line[$0...].begins(with: "CEF:0|") || line[$0...].begins(with: "CEF:1|") }
    }

    private static func named(_ text: [UInt8]) -> [UInt8] { text.isEmpty ? [UInt8(ascii: "-")] : text }

    private func time(
        _ extensions: CEFExtension, _ syslogHeader: ArraySlice<UInt8>
    ) throws(EventFault) -> Timestamp {
        for name in ["rt", "end", "start", "deviceReceiptTime", "endTime", "startTime"] as [StaticString] {
            if let text = extensions.first(name) { return try time(text, "\(name)") }
        }
        guard let text = SyslogHeader.timestamp(in: syslogHeader) else {
            throw .refused(
                "has no time: neither rt, end nor start, nor a syslog header with year and zone (RFC 5424)")
        }
        return try times.time(text, "the time of the syslog header")
    }

    private func time(_ text: [UInt8], _ name: String) throws(EventFault) -> Timestamp {
        if (10...16).contains(text.count), text.allSatisfy(\.isDigit) {
            return try TimeReader.instant(milliseconds: text, name)
        }
        var cursor = TextCursor(text[...])
        guard let local = try cursor.monthFirstTime() else { throw TimeReader.noTime(text[...], name) }
        guard !cursor.isAtEnd else { return try times.instant(local, abbreviation: nil) }
        guard cursor.accept(" "), !cursor.isAtEnd,
            cursor.rest.end(from: cursor.rest.startIndex, while: { !$0.isSpace }) == cursor.rest.endIndex
        else { throw TimeReader.noTime(text[...], name) }
        return try times.instant(local, abbreviation: cursor.rest)
    }

    private static func outcome(_ extensions: CEFExtension) -> Outcome {
        switch (extensions.value("act") ?? extensions.value("deviceAction") ?? []).lowercased.text {
        case "deny", "denied", "block", "blocked", "reject", "drop": return .denied
        default: break
        }
        let outcome = (extensions.value("outcome") ?? extensions.value("eventOutcome") ?? []).lowercased
        if outcome.begins(with: "success") { return .success }
        return outcome.begins(with: "fail") ? .failure : .unknown
    }
}

extension TextCursor {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Passes `Sep 7 2018 14:50:39.123`; nil where that is not next.
    fileprivate mutating func monthFirstTime() throws(EventFault) -> LocalTime? {
        let name = rest.prefix(3)
        guard let month = Self.months.firstIndex(where: { name.elementsEqual($0.utf8) }) else { return nil }
        _ = take(to: name.endIndex)
        guard accept(" ") else { return nil }
        let day = pass(while: \.isDigit)
        guard (1...2).contains(day.count), accept(" "), let year = number(digits: 4), accept(" "),
            let hour = clockTime(), let fraction = fraction(marks: ".")
        else { return nil }
        let date = (year, month + 1, day.reduce(0) { $0 * 10 + $1.digitValue })
        return try LocalTime(date: date, hour: hour, fraction: fraction)
    }
}

/// What stands before a message that came by syslog.
enum SyslogHeader {
    /// The time of a header of RFC 5424, `<134>1 2026-03-01T12:00:00.003+01:00 …`. Nil without one: the time of RFC 3164's
    /// has neither year nor zone.
    static func timestamp(in header: ArraySlice<UInt8>) -> [UInt8]? {
        for place in header.indices where header[place] == UInt8(ascii: "<") {
            var cursor = TextCursor(header[(place + 1)...])
            guard !cursor.pass(while: \.isDigit).isEmpty, cursor.accept(text: ">1 ") else { continue }
            let text = cursor.take(to: cursor.rest.end(from: cursor.rest.startIndex) { !$0.isSpace })
            if !text.isEmpty, cursor.accept(" ") { return Array(text) }
        }
        return nil
    }
}
