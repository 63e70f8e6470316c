/// The local times of a zone of the IANA database: which instants each of them stands for.
package struct ZoneRules: Sendable {
    /// An instant that a local time stands for.
    package struct Moment: Equatable, Sendable {
        /// Seconds that the zone's clocks are ahead of UTC then.
        package let offset: Int64
        /// What the zone's time is called then.
        package let abbreviation: [UInt8]

        /// An offset under a name.
        package init(offset: Int64, abbreviation: [UInt8]) {
            self.offset = offset
            self.abbreviation = abbreviation
        }
    }

    /// From when on clocks show what.
    struct Span {
        /// Seconds since 1970 in UTC.
        let start: Int64
        let moment: Moment
    }

    /// The name by which a person gave it.
    package let name: String
    /// In order; the first of them began before all time.
    private let spans: [Span]
    /// What goes on behind the last of them; nil: that stays.
    private let rule: ZoneRule?

    /// No clock differs from UTC by more seconds (RFC 8536, section 3.2, asks for less than 26 hours).
    static let largestOffset: Int64 = 26 * 3600

    /// A zone of a file of the IANA database (RFC 8536, version 2 and later).
    ///
    /// - Parameters:
    ///   - file: the bytes of the file.
    ///   - name: the zone's name, for a person to read.
    /// - Throws: why it is none. Cost: a pass over the file.
    package init(file: [UInt8], name: String) throws(ZoneFault) {
        var reader = ZoneFileReader(file)
        (spans, rule) = try reader.read()
        self.name = name
    }

    /// The instants whose local time is so many seconds after 1970-01-01 00:00:00 on the zone's clocks: one; none where
    /// clocks are put forward; two where they are put back.
    package func moments(of localSeconds: Int64) -> [Moment] {
        let window = localSeconds - Self.largestOffset...localSeconds + Self.largestOffset
        let near = spans(in: window)
        var moments: [Moment] = []
        for (index, span) in near.enumerated() {
            let instant = localSeconds - span.moment.offset
            let end = index + 1 < near.count ? near[index + 1].start : .max
            guard span.start <= instant, instant < end else { continue }
            // Where only the name changes, or nothing, it is one instant still.
            if !moments.contains(where: { $0.offset == span.moment.offset }) { moments.append(span.moment) }
        }
        return moments
    }

    /// What clocks show within some instants: the span that goes on at the first of them, and those that begin there.
    private func spans(in window: ClosedRange<Int64>) -> [Span] {
        // Behind the last span whose beginning is not later.
        var (low, high) = (0, spans.count)
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].start <= window.lowerBound { low = middle + 1 } else { high = middle }
        }
        var near = Array(spans[max(0, low - 1)...].prefix { $0.start <= window.upperBound })
        guard let rule, let last = spans.last, last.start <= window.upperBound else { return near }
        near += rule.spans(around: window).filter { $0.start > last.start }
        return near
    }
}

/// Why bytes are no zone.
package struct ZoneFault: Error, Equatable, CustomStringConvertible {
    /// For a person to read.
    package let description: String
}
