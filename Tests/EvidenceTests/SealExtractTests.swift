import AuditRecords
import DemoData
import Foundation
import StoreConformance
import TestSupport
import Testing
@testable import Evidence

/// Some of a log's seals, as they are answered and carried away.
@Suite struct SealExtractTests {
    private let hasher = TreeHasher()

    /// A log of two systems' days, some of which were sealed anew.
    private func log(_ random: inout SplitMix64, _ key: SigningKey) throws -> (SealLog, SignedNote) {
        var log = SealLog()
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            let subject = SealedDay(
                systemId: Identifier(Bool.random(using: &random) ? "billing" : "crm"),
                day: Day(daysSince1970: Int.random(in: 20_000...20_009, using: &random)))
            let old = log.current[subject]
            let root = hasher.leaf([UInt8.random(in: 0...255, using: &random)])
            try log.append(
                DaySeal(
                    subject: subject, count: Int.random(in: 0...9, using: &random), root: root,
                    sealed: Timestamp(seconds: 1_800_000_000), salt: Array(repeating: 7, count: 16),
                    replaces: old.map { DaySeal.Replacement(seal: $0, difference: .init(appeared: 1)) }),
                by: hasher)
        }
        var note = try SignedNote(text: log.checkpoint(origin: key.verifier.name, by: hasher).text)
        try note.sign(with: key, at: 0)
        return (log, note)
    }

    @Test func `an extract is read as it was written, holds, and any change of it does not`() {
        forAll(cases: 200) { random in
            let key = try SigningKey(name: "log", kind: .note)
            let (log, note) = try log(&random, key)
            let extract = SealExtract(of: log, vouchedForBy: note, by: hasher) {
                $0.systemId == Identifier("crm")
            }
            let json = extract.json
            let read = try SealExtract(json: json)
            try require(read.json == json && read.fault(by: hasher) == nil, "as it was written")
            try require(try SealExtract.list(json: [0x5B] + json + [0x5D]).count == 1, "in a list")
            try require(
                read.entries.map(\.seal)
                    == log.seals.filter { $0.subject.systemId == Identifier("crm") },
                "all of what was wanted")
            // A byte that is another one, somewhere: it cannot be read, or does not hold.
            var changed = json
            let place = Int.random(in: changed.indices, using: &random)
            changed[place] = changed[place] == 0x31 ? 0x32 : 0x31
            guard let other = try? SealExtract(json: changed) else { return }
            // What follows from the rest is not read, and a list without hashes may as well be missing.
            let near = String(decoding: json[max(0, place - 14)..<min(json.count, place + 10)], as: UTF8.self)
            guard !near.contains("\"holds\""), !near.contains("\"hashes\":[]") else { return }
            try require(
                other.fault(by: hasher) != nil || other.note.verdict(of: key.verifier) != .signed(time: nil),
                "byte \(place) changed: \(String(decoding: changed, as: UTF8.self))")
        }
    }

    @Test func `a seal that is left out, or stands elsewhere, is found`() {
        forAll(cases: 200) { random in
            let key = try SigningKey(name: "log", kind: .note)
            let (log, note) = try log(&random, key)
            let whole = SealExtract(of: log, vouchedForBy: note, by: hasher) { _ in true }
            try require(whole.hashes.isEmpty && whole.fault(by: hasher) == nil, "a whole log needs no hashes")
            let text = String(decoding: whole.json, as: UTF8.self)
            let seals = text.components(separatedBy: "{\"index\":")
            let place = Int.random(in: 1..<seals.count, using: &random)
            var fewer = seals
            fewer.remove(at: place)
            let joined = fewer.joined(separator: "{\"index\":").replacing(",]", with: "]")
            guard let other = try? SealExtract(json: Array(joined.utf8)) else { return }
            try require(other.fault(by: hasher) != nil, "seal \(place - 1) is left out")
        }
    }
}
