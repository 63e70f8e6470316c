import TestSupport
@testable import QueryService
@testable import AuditRecords
@testable import DemoData
@testable import StoreConformance

/// Attributes as a tree, for the simplest notion of what hiding means.
indirect enum AttributeTree {
    case scalar(String)
    case array([AttributeTree])
    case object([Member])

    struct Member {
        let name: Identifier
        /// The name as JSON, with or without escapes.
        let spelling: String
        var value: AttributeTree
    }

    func text(space: () -> String) -> String {
        switch self {
        case .scalar(let text): return text
        case .array(let elements):
            let texts = elements.map { space() + $0.text(space: space) + space() }
            return "[\(texts.joined(separator: ","))\(space())]"
        case .object(let members):
            let texts = members.map {
                "\(space())\($0.spelling)\(space()):\(space())\($0.value.text(space: space))\(space())"
            }
            return "{\(texts.joined(separator: ","))\(space())}"
        }
    }

    /// The tree without what paths lead to.
    func without(_ paths: [AttributePath]) -> AttributeTree {
        mapped([]) { place, member in Self.isHidden(place, paths) ? nil : member }
    }

    /// The tree with other hidden members: some changed, some gone, some that were not there.
    func changed(at paths: [AttributePath], _ random: inout RandomAttributes) -> AttributeTree {
        var source = random
        defer { random = source }
        return mapped([]) { place, member in
            guard Self.isHidden(place, paths) else { return member }
            var other = member
            other.value = source.value()
            return source.once(in: 3) ? nil : other
        }.adding(paths.filter { $0.names.count == 1 }.map(\.names[0]), &source)
    }

    /// More hidden members at the beginning and end of every object.
    private func adding(_ names: [Identifier], _ random: inout RandomAttributes) -> AttributeTree {
        guard !names.isEmpty else { return self }
        switch self {
        case .scalar: return self
        case .array(let elements):
            return .array(elements.map { $0.adding(names, &random) })
        case .object(var members):
            for index in members.indices {
                members[index].value = members[index].value.adding(names, &random)
            }
            if random.once(in: 2) { members.insert(random.member(of: names), at: 0) }
            if random.once(in: 2) { members.append(random.member(of: names)) }
            return .object(members)
        }
    }

    private static func isHidden(_ place: [Identifier], _ paths: [AttributePath]) -> Bool {
        paths.contains { $0.names == place || ($0.names.count == 1 && $0.names.last == place.last) }
    }

    private func mapped(_ place: [Identifier], _ change: ([Identifier], Member) -> Member?) -> AttributeTree {
        switch self {
        case .scalar: return self
        case .array(let elements): return .array(elements.map { $0.mapped(place, change) })
        case .object(let members):
            return .object(
                members.compactMap { member in
                    let inside = place + [member.name]
                    guard var changed = change(inside, member) else { return nil }
                    changed.value = changed.value.mapped(inside, change)
                    return changed
                })
        }
    }
}

/// Random attributes of few names, so that paths lead somewhere.
struct RandomAttributes {
    private var random: SplitMix64

    init(random: SplitMix64) {
        self.random = random
    }

    private static let names: [Identifier] = [
        "a", "b", "ip", "a.b", "é", "e\u{301}", "", "\"", "a\\b", "\u{1}", "😀",
    ]

    mutating func once(in times: Int) -> Bool { random.once(in: times) }

    mutating func space() -> String { random.pick(["", "", " ", "\n\t"]) }

    mutating func path() -> AttributePath {
        var text: [String] = []
        for _ in 0..<random.number(in: 1...3) {
            text.append(AttributePath(name: random.pick(Self.names)).description)
        }
        // Of known names, so it can be read.
        return (try? AttributePath(text.joined(separator: "."))) ?? AttributePath(name: "")
    }

    mutating func object() -> AttributeTree { object(depth: 0) }

    mutating func value() -> AttributeTree { value(depth: 3) }

    mutating func member(of names: [Identifier]) -> AttributeTree.Member {
        let name = random.pick(names)
        return AttributeTree.Member(name: name, spelling: spelling(name), value: value())
    }

    private mutating func object(depth: Int) -> AttributeTree {
        .object(
            (0..<random.number(below: 5)).map { _ in
                let name = random.pick(Self.names)
                return AttributeTree.Member(
                    name: name, spelling: spelling(name), value: value(depth: depth + 1))
            })
    }

    private mutating func value(depth: Int) -> AttributeTree {
        switch random.number(below: depth < 5 ? 6 : 3) {
        case 0: .scalar(random.pick(["1.50", "-0", "true", "null"]))
        case 1, 2: .scalar(random.pick(["\"ip\"", "\"\"", "\"{\\\"ip\\\":1}\"", "\"\\u0069\""]))
        case 3: .array((0..<random.number(below: 4)).map { _ in value(depth: depth + 1) })
        default: object(depth: depth + 1)
        }
    }

    private mutating func spelling(_ name: Identifier) -> String {
        var text = "\""
        for scalar in name.description.unicodeScalars {
            if scalar.value < 0x20 || scalar == "\"" || scalar == "\\" || random.once(in: 4) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: random.once(in: 2))
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
