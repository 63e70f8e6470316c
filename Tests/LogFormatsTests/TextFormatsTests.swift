import Foundation
import LogFormats
import Testing

/// The shapes that the samples have none of, made by hand after the producers' documentation, and changed by a seed: our code
/// and the reference make the same of them, with and without a zone for times that have none.
struct TextFormatsTests {
    private static let seed = UInt64(ProcessInfo.processInfo.environment["FORMATS_SEED"] ?? "") ?? 15
    private static let mutations = Int(ProcessInfo.processInfo.environment["FORMATS_MUTATIONS"] ?? "") ?? 40
    private static let formats = [
        "auditd", "cef", "pgaudit", "journald", "keycloak", "windows", "gitlab", "m365",
    ]
    private static let zone = "Europe/Berlin"

    private func constructed(_ format: String) throws -> [Sample] {
        let folder = TestFiles.folder.appending(path: "constructed").appending(path: format)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted().map { name in
            Sample(
                format: format, name: name, bytes: Array(try Data(contentsOf: folder.appending(path: name))))
        }
    }

    @Test(arguments: formats, [nil, zone])
    func constructedSamples(format: String, timeZone: String?) throws {
        try expectEqual(constructed(format), timeZone: timeZone, chunks: [[.max], [1], [7, 1, 300]])
    }

    @Test(arguments: formats)
    func changedTexts(format: String) throws {
        var mutation = TextMutation(numbers: Numbers(seed: Self.seed))
        let samples = try constructed(format) + Sample.all(of: [format]).filter { $0.bytes.count < 20_000 }
        let changed = samples.flatMap { sample in
            (0..<Self.mutations).map { _ in
                var sample = sample
                sample.bytes = mutation.changed(sample.bytes)
                return sample
            }
        }
        try expectEqual(changed, timeZone: Self.zone, chunks: [[11, 1, 300]])
    }

    /// The line of a break is that of the last line of the file, whether that has an end or not.
    @Test func arraysThatBreakOffAnywhere() throws {
        let whole = try #require(constructed("keycloak").first { $0.name == "events.json" })
        let cut = (0..<whole.bytes.count).map { count in
            Sample(format: "keycloak", name: "\(count) bytes", bytes: Array(whole.bytes[..<count]))
        }
        try expectEqual(cut, timeZone: nil, chunks: [[.max]])
    }

    private func expectEqual(_ samples: [Sample], timeZone: String?, chunks: [[Int]]) throws {
        let zone = try timeZone.map { name in
            let file = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)"))
            return try ZoneRules(file: Array(file), name: name)
        }
        let options = FormatOptions(times: TimeReader(zone: zone))
        for (sample, reference) in zip(samples, try Answer.references(samples, timeZone: timeZone)) {
            // Where the reference itself fails, anything is right that loses nothing of what it has read.
            let unknown = reference.filter { $0 == .unknown }.count
            for lengths in chunks {
                let ours = try Answer.ours(sample, options, chunks: lengths)
                let missing = reference.beyond(ours).filter { $0 != .unknown }
                let surplus = ours.beyond(reference)
                guard !missing.isEmpty || unknown == 0 && !surplus.isEmpty else { continue }
                let text = String(decoding: sample.bytes.prefix(1 << 16), as: UTF8.self)
                Issue.record(
                    "\(sample.format)/\(sample.name) \(lengths): missing \(missing.prefix(3)), surplus \(surplus.prefix(3)) of\n\(text)"
                )
            }
        }
    }
}

/// Changes of a text by a seed: of its lines, and of the bytes that mean something in one of the formats.
struct TextMutation {
    var numbers: Numbers

    private static let pieces = [
        "\"", "'", "\"\"", ",", ", ", "\t", " ", "=", "\\", "\n", "\r", "\r\n", "|", "\u{1D}", "(", ")", "{",
        "}", "[", ":", ".",
        "\u{A0}", "ü", "@", "null", "?", "41", "CET", "CEST", "UTC", "+02", "Z", "2026-10-25 02:30:00",
        " rt=1500464384997",
        " act=deny", "error=x", "AUDIT: ", " LOG:  ", "msg='", "denied", "type=EOE ", "node=n ", "CEF:0|",
        "60", "9007199254740993",
    ].map { Array($0.utf8) }

    /// The text with up to three changes.
    mutating func changed(_ text: [UInt8]) -> [UInt8] {
        var text = text
        for _ in 0..<Int.random(in: 1...3, using: &numbers) where !text.isEmpty { change(&text) }
        return text
    }

    private mutating func change(_ text: inout [UInt8]) {
        let place = Int.random(in: 0..<text.count, using: &numbers)
        switch Int.random(in: 0..<8, using: &numbers) {
        case 0: text[place] ^= 1 << UInt8.random(in: 0..<7, using: &numbers)
        case 1: text.remove(at: place)
        case 2: moveLine(&text, place)
        case 3: text.removeLast(text.count - place)
        case 4: text.replaceSubrange(place..<min(place + 4, text.count), with: piece())
        default: text.insert(contentsOf: piece(), at: place)
        }
    }

    private mutating func piece() -> [UInt8] {
        Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &numbers)]
    }

    /// Puts a line elsewhere.
    private mutating func moveLine(_ text: inout [UInt8], _ place: Int) {
        var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        let line = lines.remove(at: Int.random(in: 0..<lines.count, using: &numbers))
        lines.insert(line, at: Int.random(in: 0...lines.count, using: &numbers))
        text = Array(lines.joined(separator: [0x0A]))
    }
}
