import AuditRecords
import ArgumentParser
import Foundation

/// Time as the clocks of some place show it.
struct LocalTime: Equatable, Sendable {
    static let utc = LocalTime(zone: .gmt)

    private let zone: TimeZone

    private init(zone: TimeZone) {
        self.zone = zone
    }

    /// The place of a name such as `Europe/Berlin`, of an offset such as `+02:00`, `UTC`, or `local`, which is this
    /// process's (TZ, or /etc/localtime); nil for no such place.
    init?(_ name: String) {
        if name == "local" {
            zone = .autoupdatingCurrent
        } else if ["UTC", "Z"].contains(name) {
            self = .utc
        } else if let match = name.wholeMatch(of: /([+-])([0-9]{2}):([0-9]{2})/) {
            guard let hours = Int(match.2), let minutes = Int(match.3), hours < 24, minutes < 60,
                let zone = TimeZone(secondsFromGMT: (match.1 == "-" ? -1 : 1) * (hours * 3600 + minutes * 60))
            else { return nil }
            self.zone = zone
        } else {
            guard let zone = TimeZone(identifier: name) else { return nil }
            self.zone = zone
        }
    }

    /// A timestamp as it is stored, on these clocks, with the fraction digits that it has. One in UTC stays as it is
    /// spelled, and so does what these clocks cannot show: a year after 9999.
    func text(ofTimestamp stored: [UInt8]) -> String {
        let spelling = String(decoding: stored, as: UTF8.self)
        guard self != .utc, let (instant, digits) = try? Timestamp.parse(stored) else { return spelling }
        // Offsets of long ago have seconds, which RFC 3339 cannot say: the instant is exact without them.
        let offset = offset(at: instant) / 60 * 60
        let shown = instant.advanced(bySeconds: offset)
        guard shown >= .startOfTime, shown < .endOfTime else { return spelling }
        let local = String(decoding: shown.text(fractionDigits: digits), as: UTF8.self)
        return local.dropLast() + Self.text(ofOffset: Int(offset))
    }

    /// The day that it is here at an instant.
    func day(at instant: Timestamp) -> Day { instant.advanced(bySeconds: offset(at: instant)).day }

    /// The first instant at which these clocks show a time, or where they skip it, a later one. `shown` is that time as if
    /// it were UTC.
    func first(showing shown: Timestamp) -> Timestamp {
        let (before, after) = candidates(shown)
        return instants(showing: shown).min() ?? max(before, after)
    }

    /// The last instant at which these clocks show a time, or where they skip it, a later one.
    func last(showing shown: Timestamp) -> Timestamp {
        let (before, after) = candidates(shown)
        return instants(showing: shown).max() ?? max(before, after)
    }

    private func instants(showing shown: Timestamp) -> [Timestamp] {
        let (before, after) = candidates(shown)
        return [before, after].filter { $0.advanced(bySeconds: offset(at: $0)) == shown }
    }

    /// The instants that a time would be by the offsets of the day before and of the day after.
    private func candidates(_ shown: Timestamp) -> (before: Timestamp, after: Timestamp) {
        let day: Int64 = 86_400
        let before = shown.advanced(bySeconds: -offset(at: shown.advanced(bySeconds: -day)))
        let after = shown.advanced(bySeconds: -offset(at: shown.advanced(bySeconds: day)))
        return (before, after)
    }

    /// Seconds east of Greenwich.
    private func offset(at instant: Timestamp) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.seconds))))
    }

    private static func text(ofOffset seconds: Int) -> String {
        func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = abs(seconds) / 60
        return "\(seconds < 0 ? "-" : "+")\(twoDigits(minutes / 60)):\(twoDigits(minutes % 60))"
    }
}

extension LocalTime: ExpressibleByArgument {
    init?(argument: String) { self.init(argument) }
}
