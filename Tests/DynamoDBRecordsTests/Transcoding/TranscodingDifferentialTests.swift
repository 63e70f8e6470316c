import TestSupport
import Testing
@testable import JSONBytes
@testable import DemoData
@testable import DynamoDBRecords
@testable import AuditRecords

/// The transcoder beside Foundation's JSON.
@Suite struct TranscodingDifferentialTests {
    @Test(arguments: [0, 3]) func `a page becomes the records that were written into it, byte by byte`(
        _ space: Int
    ) {
        forAll(cases: 300) { random in
            var writer = RandomPage(random: random.fork(), space: space)
            let page = writer.page(items: random.number(below: 4))
            let text = String(decoding: page.body, as: UTF8.self)
            let answer = try QueryAnswer(page.body)
            try require(answer.records == page.records, "other records: \(text)")
            try require(answer.lastEvaluatedKey == page.lastEvaluatedKey, "another key: \(text)")
            try require(answer.lastSortKey == page.lastSortKey, "another sort key: \(text)")
            try require(answer.scannedCount == page.scannedCount, "another scanned count: \(text)")
            try require(answer.consumedCapacity == page.consumedCapacity, "another capacity: \(text)")
        }
    }

    @Test func `a page becomes what Foundation reads in it`() {
        forAll(cases: 300) { random in
            var writer = RandomPage(random: random.fork(), space: random.number(below: 3))
            let body = writer.page(items: random.number(below: 4)).body
            try require(
                try Self.areBothAccepted(body), "not compared: \(String(decoding: body, as: UTF8.self))")
        }
    }

    @Test func `what stands in the corpus is read as Foundation reads it`() throws {
        for page in TranscodingCorpus.pages {
            #expect(try Self.areBothAccepted(Array(page.utf8)), "\(page)")
        }
    }

    /// A fuzz target with a fixed number of inputs.
    @Test func `mutated pages are read as Foundation reads them or refused as it does, and crash nothing`() {
        var accepted = 0
        forAll(cases: 20_000) { random in
            var body = Array(random.pick(TranscodingCorpus.pages).utf8)
            if random.once(in: 4) {
                var writer = RandomPage(random: random.fork(), space: random.number(below: 2))
                body = writer.page(items: 1).body
            }
            for _ in 0..<random.number(in: 1...3) where !body.isEmpty { Self.mutate(&body, &random) }
            if try Self.areBothAccepted(body) { accepted += 1 }
        }
        // Some mutations leave a page valid: else nothing would have been compared.
        #expect(accepted > 1000)
    }

    /// False when both refuse; an error when one takes what the other refuses, or reads something else.
    private static func areBothAccepted(_ body: [UInt8]) throws -> Bool {
        let text = String(decoding: body, as: UTF8.self)
        let answer: QueryAnswer
        do throws(JSONFault) {
            answer = try QueryAnswer(body)
        } catch {
            try require(
                isStricter(error, on: body) || (try? FoundationAnswer(body)) == nil, "\(error): \(text)")
            return false
        }
        let trees = answer.records.map { PlainTree($0.attributes) }
        // Foundation keeps one of two names that differ only in how a character is composed.
        guard trees.allSatisfy({ $0 != nil }) else { return false }
        guard let expected = try? FoundationAnswer(body) else {
            throw Falsified(description: "Foundation refuses: \(text)")
        }
        let records = zip(answer.records, trees).compactMap { record, tree in
            tree.map {
                FoundationAnswer.Record(
                    systemId: record.key.systemId.bytes, timestamp: record.key.timestamp,
                    auditId: record.key.auditId.bytes, userId: record.userId.bytes,
                    resourceId: record.resourceId.bytes, attributes: $0)
            }
        }
        try require(records == expected.records, "other records: \(text)")
        try require(answer.lastSortKey == expected.lastSortKey, "another sort key: \(text)")
        try require(
            answer.scannedCount == expected.scannedCount ?? records.count, "another scanned count: \(text)")
        return true
    }

    /// Where Foundation takes more: it leaves members that the model has not unread, takes a comma after the last
    /// member, one of two members of the same name, null for a count, and escapes in the digits of an N.
    private static func isStricter(_ error: JSONFault, on body: [UInt8]) -> Bool {
        String(validating: body, as: UTF8.self) == nil || PlainTree(body) == nil
            || ["a digit was expected", "a count was expected", "a number does not end here"].contains(
                error.detail)
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let place = random.number(below: bytes.count)
        let byte =
            random.once(in: 4)
            ? UInt8(truncatingIfNeeded: random.next())
            : random.pick(Array("{}[]\",:\\ 0123456789-+.eEtfnuSNBMLOPKG#Z\n\t\u{1}é".utf8))
        switch random.number(below: 8) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(byte, at: place)
        case 2: bytes[place] = byte
        case 3: bytes[place] ^= 1 << UInt8(random.number(below: 8))
        case 4: bytes.swapAt(place, random.number(below: bytes.count))
        case 5: bytes.removeLast(bytes.count - place)
        case 6: bytes.removeSubrange(place..<min(bytes.count, place + random.number(below: 20)))
        default:
            let end = min(bytes.count, place + random.number(below: 20))
            bytes.insert(contentsOf: bytes[place..<end], at: random.number(in: 0...bytes.count))
        }
    }
}
