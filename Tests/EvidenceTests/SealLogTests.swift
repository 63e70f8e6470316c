import AuditRecords
import DemoData
import StoreConformance
import TestSupport
import Testing
@testable import Evidence

@Suite struct SealLogTests {
    private let hasher = TreeHasher()

    private func seal(_ day: Int, _ count: Int = 3, replacing index: Int? = nil) -> DaySeal {
        DaySeal(
            subject: SealedDay(systemId: "billing \"eu\"", day: Day(daysSince1970: 20_000 + day)),
            count: count,
            root: hasher.leaf([UInt8(day), UInt8(count)]), sealed: Timestamp(seconds: 1_800_000_000),
            salt: (0..<16).map { UInt8($0) },
            replaces: index.map {
                DaySeal.Replacement(seal: $0, difference: DayDifference.Counts(appeared: 2, changed: 1))
            })
    }

    private func log(_ seals: [DaySeal]) throws -> SealLog {
        var log = SealLog()
        for seal in seals { try log.append(seal, by: hasher) }
        return log
    }

    private func bytes(_ seals: [DaySeal]) -> [UInt8] { seals.flatMap { $0.line + Array("\n".utf8) } }

    private func read(_ bytes: [UInt8], _ size: Int) throws -> SealLog {
        var end = 0
        return try SealLog(bytes, size: size, by: hasher, end: &end)
    }

    @Test func `a seal is one line of canonical JSON, and read back`() throws {
        for one in [seal(1), seal(2, 0), seal(1, 4, replacing: 0)] {
            #expect(try DaySeal(line: one.line) == one)
        }
        #expect(
            String(decoding: seal(1, 4, replacing: 0).line, as: UTF8.self)
                == #"{"count":4,"day":"2024-10-05","replaces":{"appeared":2,"changed":1,"seal":0,"stretches":0,"vanished":0},"#
                + #""root":"\#(String(decoding: seal(1, 4).root.base64, as: UTF8.self))","salt":"AAECAwQFBgcICQoLDA0ODw==","#
                + #""sealed":"2027-01-15T08:00:00.000Z","systemId":"billing \"eu\""}"#)
        let line = String(decoding: seal(1).line, as: UTF8.self)
        for wrong in [
            "", "{}", "{\(line.dropFirst(1).dropLast(1)) }", line.replacing("3", with: "-3"),
            line.replacing(":3,", with: ":3.0,"), line.replacing("\"day\"", with: "\"dei\""),
            line.replacing("AAEC", with: "AAE"), "\(line) ",
        ] {
            #expect(throws: NoteFault.self, "\(wrong)") { try DaySeal(line: Array(wrong.utf8)) }
        }
    }

    @Test func `a seal of a day that was deleted is of no records, and says by what`() throws {
        let removed = seal(1).removed(
            by: "audit-query retain --before 2024-\u{e9}", at: Timestamp(seconds: 1_900_000_000), index: 0,
            salt: [UInt8](repeating: 7, count: 16), by: hasher)
        #expect(try DaySeal(line: removed.line) == removed)
        #expect(
            removed.count == 0 && removed.root == hasher.empty && removed.replaces?.difference.vanished == 3)
        #expect(
            String(decoding: removed.line, as: UTF8.self).contains(
                #""removal":"audit-query retain --before 2024-é","replaces""#))
        let log = try log([seal(1), removed, seal(1, 2, replacing: 1)])
        #expect(log.earlier(than: 2) == [1, 0] && log.earlier(than: 0).isEmpty)
        let line = String(decoding: removed.line, as: UTF8.self)
        for wrong in [
            line.replacing("\"count\":0", with: "\"count\":1"),
            line.replacing("audit-query", with: String(repeating: "x", count: 1025)),
            String(decoding: seal(1, 0).line, as: UTF8.self).replacing(
                "\"root\"", with: "\"removal\":\"x\",\"root\""),
        ] {
            #expect(throws: NoteFault.self, "\(wrong)") { try DaySeal(line: Array(wrong.utf8)) }
        }
    }

    @Test func `a day has one seal, but for those that name the one that holds`() throws {
        #expect(
            try log([seal(1), seal(2), seal(1, 4, replacing: 0), seal(1, 5, replacing: 2)]).seals.count == 4)
        for wrong in [
            [seal(1), seal(1)], [seal(1, 4, replacing: 0)], [seal(1), seal(2, 4, replacing: 0)],
            [seal(1), seal(1, 4, replacing: 0), seal(1, 5, replacing: 0)],
            [seal(1), seal(1, 4, replacing: 1)],
        ] {
            #expect(throws: NoteFault.self) { try log(wrong) }
        }
    }

    @Test func `any change, removal, addition, reordering or duplicate of a seal is found`() {
        forAll(cases: 400) { random in
            let count = Int.random(in: 2...12, using: &random)
            let seals = (0..<count).map { seal($0) }
            let checkpoint = try log(seals).checkpoint(origin: "a/b", by: hasher)
            var changed = seals
            let place = Int.random(in: 0..<count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: changed.remove(at: place)
            case 1: changed.insert(seal(100), at: place)
            case 2: changed.swapAt(place, (place + 1) % count)
            case 3: changed.insert(changed[place], at: Int.random(in: 0..<count, using: &random))
            case 4: changed[place] = seal(place, 4)
            default: break
            }
            var text = bytes(changed)
            // What is behind those that are vouched for does not count.
            if changed.prefix(count) == seals[...] {
                let vouched = bytes(seals).count
                text[Int.random(in: 0..<vouched, using: &random)] ^=
                    1 << UInt8.random(in: 0...7, using: &random)
            }
            guard let read = try? read(text, count) else { return }
            try require(
                read.root(of: count, by: hasher) != checkpoint.root,
                "not found: \(String(decoding: text, as: UTF8.self))")
        }
    }

    @Test func `what stands behind the seals that are vouched for counts for nothing`() throws {
        let seals = (0..<3).map { seal($0) }
        let text = bytes(seals)
        var end = 0
        let found = try SealLog(text + Array("half a li".utf8), size: 2, by: hasher, end: &end)
        #expect(found.seals == Array(seals.prefix(2)) && end == bytes(Array(seals.prefix(2))).count)
        #expect(throws: NoteFault.self) { try read(text, 4) }
        #expect(throws: NoteFault.self) { try read(text.dropLast(), 3) }
    }

    @Test func `a log goes on from what was kept of it, or was rolled back or forked`() {
        forAll(cases: 200) { random in
            let count = Int.random(in: 1...20, using: &random)
            let seals = (0..<count).map { seal($0) }
            let whole = try log(seals)
            let size = Int.random(in: 0...count, using: &random)
            let kept = try log(Array(seals.prefix(size))).checkpoint(origin: "a/b", by: hasher)
            try require(whole.fault(beside: kept, by: hasher) == nil, "\(size) of \(count)")
            let shorter = try log(Array(seals.prefix(count - 1)))
            let head = whole.checkpoint(origin: "a/b", by: hasher)
            try require(
                shorter.fault(beside: head, by: hasher)?.contains("rolled back") ?? false, "rolled back")
            var other = seals
            other[Int.random(in: 0..<count, using: &random)] = seal(50)
            let fork = try log(other + [seal(60)])
            try require(fork.fault(beside: head, by: hasher)?.contains("forked") ?? false, "forked")
        }
    }

    @Test func `the head vouches for each seal`() throws {
        let log = try log((0..<11).map { seal($0) })
        let head = log.checkpoint(origin: "a/b", by: hasher)
        for index in 0..<11 {
            #expect(
                TreeProof.includes(
                    hasher.leaf(log.seals[index].line), at: index, in: (head.size, head.root),
                    path: log.inclusion(of: index, by: hasher), by: hasher))
        }
    }
}
