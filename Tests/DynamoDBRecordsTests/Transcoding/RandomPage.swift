import TestSupport
@testable import AuditRecords
@testable import DemoData

/// Writes answers to a Query with every type, spelt in any way that JSON allows, and what they must become.
struct RandomPage {
    var random: SplitMix64
    /// The longest run of white space between two tokens.
    var space = 0

    struct Page {
        var body: [UInt8]
        var records: [AuditRecord]
        var lastEvaluatedKey: [UInt8]?
        var lastSortKey: [UInt8]?
        var scannedCount: Int
        var consumedCapacity: Double
    }

    mutating func page(items count: Int) -> Page {
        var page = Page(
            body: [], records: [], scannedCount: random.number(below: 5000),
            consumedCapacity: Double(random.number(below: 400)) / 2)
        let items = (0..<count).map { _ in
            let item = item()
            page.records.append(item.record)
            return item.typed
        }
        var members = [
            ("Items", array(items)), ("Count", "\(count)"), ("ScannedCount", "\(page.scannedCount)"),
            (
                "ConsumedCapacity",
                object([("TableName", "\"t\""), ("CapacityUnits", "\(page.consumedCapacity)")])
            ),
            ("Unknown", value(depth: 0).plain),
        ]
        if random.once(in: 2) {
            let sort = "2024-01-31T10:00:00Z#é\"\(random.number(below: 10))"
            let key = object([
                ("PK", typed("S", spelling("a#2024-01-31"))), ("SK", typed("S", spelling(sort))),
            ])
            page.lastEvaluatedKey = Array(key.utf8)
            page.lastSortKey = Array(sort.utf8)
            members.append(("LastEvaluatedKey", key))
        }
        members.shuffle(using: &random)
        page.body = Array((object(members) + gap()).utf8)
        return page
    }

    /// An item, and the record that it is.
    mutating func item() -> (typed: String, record: AuditRecord) {
        let attributes = members(depth: 0)
        let record = record(
            attributes: "{\(attributes.map { "\($0.name):\($0.plain)" }.joined(separator: ","))}")
        var sources = attributes.map { ($0.name, $0.typed) }
        let sort = String(decoding: record.key.timestamp, as: UTF8.self) + "#\(record.key.auditId)"
        let day = String(decoding: record.key.instant.text(fractionDigits: 0).prefix(10), as: UTF8.self)
        var keys = [("PK", "\(record.key.systemId)#\(day)"), ("SK", sort)]
        if !record.userId.bytes.isEmpty { keys += [("GS1_PK", "#\(record.userId)"), ("GS1_SK", sort)] }
        if !record.resourceId.bytes.isEmpty {
            keys += [("GSI2_PK", "#\(record.resourceId)"), ("GSI2_SK", sort)]
        }
        for (name, text) in keys {
            let value = typed("S", spelling(text))
            sources.insert((spelling(name), value), at: random.number(in: 0...sources.count))
        }
        return (raw(sources), record)
    }

    /// A record with attributes that are written as the transcoder writes them.
    mutating func record() -> AuditRecord {
        let attributes = members(depth: 0).map { "\($0.name):\($0.plain)" }
        return record(attributes: "{\(attributes.joined(separator: ","))}")
    }

    private mutating func record(attributes: String) -> AuditRecord {
        let ids = ["a", "a#b", "#", "é", "e\u{301}", "x\"\\/\n", "日本_1", "arn:aws:iam::1:user/b c"]
        let instant = Timestamp(
            seconds: Int64(random.number(below: 2_000_000_000)),
            nanoseconds: Int32(random.number(below: 1000)) * 1_000_000)
        let stamp = instant.text(fractionDigits: random.pick([3, 4, 9]))
        return AuditRecord(
            key: (try? RecordKey(
                systemId: Identifier(random.pick(ids)), timestamp: stamp,
                auditId: Identifier(random.pick(ids))))
                ?? .boundary(at: instant),
            userId: Identifier(random.pick(ids + [""])), resourceId: Identifier(random.pick(ids + [""])),
            attributes: Array(attributes.utf8))
    }

    private mutating func members(depth: Int) -> [(name: String, typed: String, plain: String)] {
        (0..<random.number(below: 5)).map { index in
            let value = value(depth: depth)
            return (
                spelling(
                    random.pick(["", "S", "PK ", "né", "\"", "a_long_name_of_an_attribute"]) + "\(index)"),
                value.typed, value.plain
            )
        }
    }

    private mutating func value(depth: Int) -> (typed: String, plain: String) {
        switch random.number(below: depth < 4 ? 10 : 7) {
        case 0, 1:
            return same("S", spelling(random.pick(["", "a", "b\u{10FFFF}é\n", "\u{0}\u{7F}\\u0041", "日本"])))
        case 2:
            let number = number()
            return (typed("N", "\"\(number)\""), number)
        case 3: return same("BOOL", random.pick(["true", "false"]))
        case 4: return (typed("NULL", "true"), "null")
        case 5: return same("B", random.pick(["\"\"", "\"AP8=\"", "\"AP\\/+\""]))
        case 6: return set()
        case 7, 8:
            let members = members(depth: depth + 1)
            return (
                typed("M", raw(members.map { ($0.name, $0.typed) })),
                "{\(members.map { "\($0.name):\($0.plain)" }.joined(separator: ","))}"
            )
        default:
            let elements = (0..<random.number(below: 4)).map { _ in value(depth: depth + 1) }
            return (
                typed("L", array(elements.map(\.typed))), "[\(elements.map(\.plain).joined(separator: ","))]"
            )
        }
    }

    private mutating func set() -> (typed: String, plain: String) {
        let type = random.pick(["SS", "NS", "BS"])
        let plain = (0..<random.number(below: 4)).map { _ in type == "NS" ? number() : "\"AP8=\"" }
        return (
            typed(type, array(type == "NS" ? plain.map { "\"\($0)\"" } : plain)),
            "[\(plain.joined(separator: ","))]"
        )
    }

    private mutating func same(_ type: String, _ text: String) -> (typed: String, plain: String) {
        (typed(type, text), text)
    }

    private mutating func number() -> String {
        random.pick(["0", "-0", "7", "-123456789", "12345678901234567890123456789012345678", "1.50", "0.001"])
            + random.pick(["", "", "", "e1", "E+2", "e-10"])
    }

    private mutating func typed(_ type: String, _ value: String) -> String {
        "{\(gap())\(spelling(type))\(gap()):\(gap())\(value)\(gap())}"
    }

    private mutating func array(_ elements: [String]) -> String {
        "[\(gap())\(elements.joined(separator: "\(gap()),\(gap())"))\(gap())]"
    }

    private mutating func object(_ members: [(String, String)]) -> String {
        raw(members.map { (spelling($0.0), $0.1) })
    }

    private mutating func raw(_ members: [(String, String)]) -> String {
        let texts = members.map { "\($0.0)\(gap()):\(gap())\($0.1)" }
        return "{\(gap())\(texts.joined(separator: "\(gap()),\(gap())"))\(gap())}"
    }

    private mutating func gap() -> String {
        String((0..<random.number(in: 0...space)).map { _ in random.pick([" ", "\t", "\n", "\r"]) })
    }

    /// A text as a JSON string, now and then with escapes that it could do without.
    private mutating func spelling(_ text: String) -> String {
        let escapes = random.once(in: 8)
        var string = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": string += "\\\(scalar)"
            case "\n" where random.once(in: 2): string += "\\n"
            case _ where escapes || scalar.value < 0x20:
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: random.once(in: 2))
                    string += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: string.unicodeScalars.append(scalar)
            }
        }
        return string + "\""
    }
}
