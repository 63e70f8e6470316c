package import AuditRecords

/// Reads the times that logs write (C2).
package struct TimeReader: Sendable {
    /// What a time without zone means.
    package enum Zoneless {
        /// UTC: the producer's documentation says so.
        case universal
        /// The time of the zone that was given; it is refused if none was.
        case local
    }

    /// The zone of times that have none; nil: they are refused.
    private let zone: ZoneRules?

    /// A reader that takes times without zone for those of a zone.
    package init(zone: ZoneRules? = nil) {
        self.zone = zone
    }

    /// Reads a time as RFC 3339 has it, also with a space for the T, a comma for the point, and `+hhmm`.
    ///
    /// - Parameters:
    ///   - text: the time; nil where the event has none.
    ///   - name: what it is of, for a person to read.
    ///   - zoneless: what it means without zone.
    /// - Returns: the instant.
    /// - Throws: what is wrong with it.
    package func time(
        _ text: [UInt8]?, _ name: String, zoneless: Zoneless = .local
    ) throws(EventFault) -> Timestamp {
        guard let text else { throw .refused("\(name) is missing") }
        var cursor = TextCursor(text[...])
        guard let local = try cursor.localTime(separators: "T ", fractionMarks: ".,") else {
            throw Self.noTime(text[...], name)
        }
        if cursor.isAtEnd {
            return zoneless == .universal
                ? try local.instant(offset: 0) : try instant(local, abbreviation: nil)
        }
        if cursor.accept("Z") || cursor.accept("z") {
            guard cursor.isAtEnd else { throw Self.noTime(text[...], name) }
            return try local.instant(offset: 0)
        }
        guard let offset = try cursor.offset(allowsColon: true), cursor.isAtEnd else {
            throw Self.noTime(text[...], name)
        }
        return try local.instant(offset: offset)
    }

    /// Whether a text has the form of such a time, with a zone, be there that time or not.
    package func hasZone(_ text: [UInt8]) -> Bool {
        var cursor = TextCursor(text[...])
        guard cursor.localTimeForm() else { return false }
        if cursor.accept("Z") || cursor.accept("z") { return cursor.isAtEnd }
        guard cursor.accept("+") || cursor.accept("-"), cursor.number(digits: 2) != nil else { return false }
        _ = cursor.accept(":")
        return cursor.number(digits: 2) != nil && cursor.isAtEnd
    }

    /// The one instant that a local time stands for.
    ///
    /// - Parameters:
    ///   - local: what the clock showed.
    ///   - abbreviation: the zone's, as it stands beside it: `UTC`, `GMT`, `Z` and `+03` say what they say, others settle
    ///     the hour that is twice.
    /// - Returns: the instant.
    /// - Throws: that there is none, or two.
    func instant(_ local: LocalTime, abbreviation: ArraySlice<UInt8>?) throws(EventFault) -> Timestamp {
        if let abbreviation {
            if ["UTC", "GMT", "Z"].contains(where: { abbreviation.elementsEqual($0.utf8) }) {
                return try local.instant(offset: 0)
            }
            var cursor = TextCursor(abbreviation)
            if let offset = try cursor.offset(allowsColon: false), cursor.isAtEnd {
                return try local.instant(offset: offset)
            }
        }
        guard let zone else { throw Self.noZone(abbreviation) }
        let moments = zone.moments(of: local.seconds).filter { moment in
            abbreviation.map { moment.abbreviation.elementsEqual($0) } ?? true
        }
        guard let moment = moments.first else { throw .refused("no such time in \(zone.name)") }
        guard moments.count == 1 else { throw .refused("the time is twice in \(zone.name)") }
        return try local.instant(offset: moment.offset)
    }

    /// The instant so many milliseconds after 1970: a whole number's text, as JSON has it.
    ///
    /// - Parameters:
    ///   - number: the text.
    ///   - name: the member that it is of, for a person to read.
    /// - Returns: the instant.
    /// - Throws: what is wrong with it: a number with a point or an exponent is refused, whatever its value is.
    package static func instant(
        milliseconds number: some Collection<UInt8>, _ name: String
    ) throws(EventFault) -> Timestamp {
        try instant(number, perSecond: 1000, orFail: "\(name) is no whole number of milliseconds")
    }

    /// The instant so many microseconds after 1970.
    ///
    /// - Throws: `reason`, if the text is no whole number.
    static func instant(
        microseconds number: some Collection<UInt8>, orFail reason: String
    ) throws(EventFault) -> Timestamp {
        try instant(number, perSecond: 1_000_000, orFail: reason)
    }

    private static func instant(
        _ number: some Collection<UInt8>, perSecond: Int64, orFail reason: String
    ) throws(EventFault) -> Timestamp {
        let isNegative = number.first == UInt8(ascii: "-")
        let digits = number.dropFirst(isNegative ? 1 : 0)
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { throw .refused(reason) }
        // A number of more digits is beyond the year 9999.
        let magnitude =
            digits.count > 18 ? 999_999_999_999_999_999 : digits.reduce(0) { $0 * 10 + Int64($1.digitValue) }
        let count = isNegative ? -magnitude : magnitude
        // Division truncates towards zero; what stands behind the seconds is never negative.
        let seconds = (count >= 0 ? count : count - perSecond + 1) / perSecond
        let rest = count - seconds * perSecond
        let instant = Timestamp(seconds: seconds, nanoseconds: Int32(rest * (1_000_000_000 / perSecond)))
        return try instant.checked()
    }

    static func noTime(_ text: ArraySlice<UInt8>, _ name: String) -> EventFault {
        .refused("\(name) is no time: '\(text.prefix(64).text)'")
    }

    private static func noZone(_ abbreviation: ArraySlice<UInt8>?) -> EventFault {
        guard let abbreviation else { return .refused("the time has no zone: give --time-zone") }
        return .refused(
            "the time has the zone abbreviation \(abbreviation.prefix(64).text), which does not say the offset: "
                + "give --time-zone")
    }
}

extension TextCursor {
    /// Passes `+01:00`, `+0100`, or without colon also `+01`: seconds ahead of UTC. Nil where none is next.
    ///
    /// - Throws: that no zone has it.
    fileprivate mutating func offset(allowsColon: Bool) throws(EventFault) -> Int64? {
        let isNegative = rest.first == UInt8(ascii: "-")
        guard accept("+") || accept("-"), let hours = number(digits: 2) else { return nil }
        var minutes = 0
        if allowsColon || !isAtEnd {
            if allowsColon { _ = accept(":") }
            guard let number = number(digits: 2) else { return nil }
            minutes = number
        }
        guard isAtEnd else { return nil }
        guard hours < 24, minutes < 60 else { throw .refused("no such offset") }
        let seconds = Int64(hours * 3600 + minutes * 60)
        return isNegative ? -seconds : seconds
    }
}

extension Timestamp {
    /// This instant, which a record can have.
    ///
    /// - Throws: that none can.
    func checked() throws(EventFault) -> Timestamp {
        guard self >= .startOfTime, self < .endOfTime else {
            throw .refused("the time is outside the years 0001 to 9999")
        }
        return self
    }
}
