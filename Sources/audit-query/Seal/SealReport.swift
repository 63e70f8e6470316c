import AuditRecords
import Evidence

/// A seal, or what differs from one, as people and programs are told of it.
struct SealReport: Encodable {
    let seal: Int
    let systemId: String
    let day: String
    let count: Int
    let root: String
    /// The seal that no longer holds; nil, and left out, where there is none.
    var replaces: Int?
    /// What differs from it.
    var difference: DifferenceReport?

    init(_ index: Int, _ seal: DaySeal, _ difference: DayDifference?) {
        self.seal = index
        systemId = seal.subject.systemId.description
        day = String(decoding: seal.subject.day.text, as: UTF8.self)
        count = seal.count
        root = String(decoding: seal.root.base64, as: UTF8.self)
        replaces = seal.replaces?.seal
        self.difference = difference.map { DifferenceReport($0) }
    }

    var lines: [String] {
        let head = "seal \(seal): \(systemId.printable) on \(day), \(counted(count, "record"))"
        guard let replaces, let difference else { return [head] }
        return ["\(head), in place of seal \(replaces), which no longer holds:"] + difference.lines
    }
}

/// What differs from a seal.
struct DifferenceReport: Encodable {
    let appeared: Int
    let vanished: Int
    let changed: Int
    let stretches: Int
    /// The first of them.
    let parts: [Part]

    struct Part: Encodable {
        let kind: String
        var timestamp: String?
        var auditId: String?
        var before: String?
        var sealed: Int?
        var found: Int?

        fileprivate var line: String {
            let (instant, id) = (timestamp ?? "", (auditId ?? "").printable)
            let (sealed, found, end) = (sealed ?? 0, found ?? 0, before ?? "the day's end")
            switch kind {
            case "stretch":
                return
                    "  from \(instant) to before \(end): \(sealed) were sealed, and others, \(found), are there"
            case "day": return "  \(sealed) were sealed, and others, \(found), are there"
            default: return "  \(kind): \(instant) \(id)"
            }
        }
    }

    init(_ difference: DayDifference) {
        (appeared, vanished) = (difference.counts.appeared, difference.counts.vanished)
        (changed, stretches) = (difference.counts.changed, difference.counts.stretches)
        parts = difference.parts.map(Self.part)
    }

    private static func part(_ part: DayDifference.Part) -> Part {
        switch part {
        case .appeared(let place): named("appeared", place)
        case .vanished(let place): named("vanished", place)
        case .changed(let place): named("changed", place)
        case .stretch(let place, let next, let sealed, let found):
            Part(
                kind: "stretch", timestamp: text(place), before: next.map(text), sealed: sealed,
                found: found)
        case .day(let sealed, let found): Part(kind: "day", sealed: sealed, found: found)
        }
    }

    private static func named(_ kind: String, _ place: DayPlace) -> Part {
        Part(kind: kind, timestamp: text(place), auditId: place.auditId.description)
    }

    private static func text(_ place: DayPlace) -> String {
        String(decoding: place.instant.text, as: UTF8.self)
    }

    var lines: [String] {
        let rest = appeared + vanished + changed + stretches - parts.count
        return parts.map(\.line) + (rest > 0 ? ["  and \(rest) more"] : [])
    }
}
