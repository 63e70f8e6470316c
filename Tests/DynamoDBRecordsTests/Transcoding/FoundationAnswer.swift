import Foundation
@testable import AuditRecords

/// The slow, correct way: JSONDecoder into a model of the answer, and a walk over it that is strict about types.
struct FoundationAnswer {
    struct Record: Equatable {
        var systemId: [UInt8]
        var timestamp: [UInt8]
        var auditId: [UInt8]
        var userId: [UInt8]
        var resourceId: [UInt8]
        var attributes: PlainTree
    }

    struct Refusal: Error {}

    let records: [Record]
    let lastSortKey: [UInt8]?
    let scannedCount: Int?

    init(_ body: [UInt8]) throws {
        let model = try JSONDecoder().decode(Envelope.self, from: Data(body))
        records = try model.Items.map(Self.record)
        lastSortKey = try model.LastEvaluatedKey.map { key in
            for value in key.values { _ = try Self.text(value) }
            let sort = try Self.text(key["SK"])
            for name in ["GS1_SK", "GSI2_SK"] {
                if let value = key[name], try Self.text(value) != sort { throw Refusal() }
            }
            return sort
        }
        scannedCount = model.ScannedCount
        if let scannedCount, scannedCount < 0 { throw Refusal() }
        let units = model.ConsumedCapacity?.all.compactMap(\.CapacityUnits) ?? []
        guard units.allSatisfy({ $0 >= 0 }) else { throw Refusal() }
    }

    private static func record(_ item: [String: Typed]) throws -> Record {
        var item = item
        let indexes = Set(item.keys)
        let partition = try text(item.removeValue(forKey: "PK"))
        let sort = try text(item.removeValue(forKey: "SK"))
        let user = try identifier(item.removeValue(forKey: "GS1_PK"))
        let resource = try identifier(item.removeValue(forKey: "GSI2_PK"))
        for (name, partition) in [("GS1_SK", "GS1_PK"), ("GSI2_SK", "GSI2_PK")] {
            let indexSort = try item.removeValue(forKey: name).map(text)
            guard !indexes.contains(partition) || indexSort == sort else { throw Refusal() }
        }
        guard partition.count >= 11, partition[partition.count - 11] == 0x23,
            let hash = sort.firstIndex(of: 0x23)
        else { throw Refusal() }
        let day = try Day.parse(Array(partition.suffix(10)))
        let instant = try Timestamp.parse(Array(sort[..<hash])).instant
        let time = String(decoding: sort[..<hash], as: UTF8.self)
        guard instant.day == day, partition.count > 11, hash < sort.count - 1,
            time.contains("T"), ["Z", "z", "+00:00", "-00:00"].contains(where: { time.hasSuffix($0) })
        else { throw Refusal() }
        return Record(
            systemId: Array(partition.dropLast(11)), timestamp: Array(sort[..<hash]),
            auditId: Array(sort[(hash + 1)...]), userId: user, resourceId: resource,
            attributes: .map(try map(item)))
    }

    private static func text(_ value: Typed?) throws -> [UInt8] {
        guard case .text(let text) = value else { throw Refusal() }
        return Array(text.utf8)
    }

    private static func identifier(_ value: Typed?) throws -> [UInt8] {
        guard let value else { return [] }
        let text = try text(value)
        guard text.first == 0x23 else { throw Refusal() }
        return Array(text.dropFirst())
    }

    private static func map(_ members: [String: Typed]) throws -> [[UInt8]: PlainTree] {
        var map: [[UInt8]: PlainTree] = [:]
        for (name, value) in members { map[Array(name.utf8)] = try plain(value) }
        return map
    }

    private static func plain(_ value: Typed) throws -> PlainTree {
        switch value {
        case .text(let text), .binary(let text): .text(Array(text.utf8))
        case .number(let number): try plain(number: number)
        case .boolean(let value): .word(Array("\(value)".utf8))
        case .null: .word(Array("null".utf8))
        case .map(let members): .map(try map(members))
        case .list(let elements): .list(try elements.map(plain))
        case .texts(let texts): .list(texts.map { .text(Array($0.utf8)) })
        case .numbers(let numbers): .list(try numbers.map(plain(number:)))
        }
    }

    private static func plain(number: String) throws -> PlainTree {
        guard number.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
        else { throw Refusal() }
        return .number(Array(number.utf8))
    }
}

private struct Envelope: Decodable {
    struct Capacity: Decodable {
        let CapacityUnits: Double?
    }

    /// One, or a list of them, as batches have it: the transcoder reads either in any answer.
    struct Capacities: Decodable {
        let all: [Capacity]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            all = try (try? container.decode([Capacity].self)) ?? [container.decode(Capacity.self)]
        }
    }

    let Items: [[String: Typed]]
    let LastEvaluatedKey: [String: Typed]?
    let ScannedCount: Int?
    let ConsumedCapacity: Capacities?
}

/// A typed value that has one type and the right one.
private indirect enum Typed: Decodable {
    case text(String)
    case binary(String)
    case number(String)
    case boolean(Bool)
    case null
    case map([String: Typed])
    case list([Typed])
    case texts([String])
    case numbers([String])

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        guard container.allKeys.count == 1, let key = container.allKeys.first else {
            throw FoundationAnswer.Refusal()
        }
        switch key.stringValue {
        case "S": self = .text(try container.decode(String.self, forKey: key))
        case "B": self = .binary(try container.decode(String.self, forKey: key))
        case "N": self = .number(try container.decode(String.self, forKey: key))
        case "BOOL": self = .boolean(try container.decode(Bool.self, forKey: key))
        case "NULL":
            guard try container.decode(Bool.self, forKey: key) else { throw FoundationAnswer.Refusal() }
            self = .null
        case "M": self = .map(try container.decode([String: Typed].self, forKey: key))
        case "L": self = .list(try container.decode([Typed].self, forKey: key))
        case "SS", "BS": self = .texts(try container.decode([String].self, forKey: key))
        case "NS": self = .numbers(try container.decode([String].self, forKey: key))
        default: throw FoundationAnswer.Refusal()
        }
    }
}
