import Foundation
import LogFormats
import Testing

/// Local times of the zones of this machine's database, as Python's zoneinfo has them.
@Suite struct ZoneRulesTests {
    /// Around some transitions of each zone; all of those of every zone where AUDIT_QUERY_ALL_ZONES is set.
    @Test func momentsAreThoseOfAnotherReader() throws {
        let count = ProcessInfo.processInfo.environment["AUDIT_QUERY_ALL_ZONES"] == nil ? "2" : "0"
        let seed = String(UInt32.random(in: 0 ... .max))
        let text = String(decoding: try Python.run("zone_moments.py", [seed, count]), as: UTF8.self)
        var lines = text.split(separator: "\n")
        let root = URL(fileURLWithPath: String(lines.removeFirst()))
        var zone: ZoneRules?
        var differences: [String] = []
        var counts = [0, 0, 0]
        for line in lines {
            let parts = line.split(separator: " ").map(String.init)
            if zone?.name != parts[0] {
                let file = try Data(contentsOf: root.appendingPathComponent(parts[0]))
                zone = try ZoneRules(file: Array(file), name: parts[0])
            }
            let found = zone?.moments(of: Int64(parts[1])!).map {
                "\($0.offset):\(String(decoding: $0.abbreviation, as: UTF8.self))"
            }
            counts[parts.count - 2] += 1
            if found.map(Set.init) != Set(parts[2...]) {
                differences.append("\(line) and not \(found ?? [])")
            }
        }
        #expect(
            differences.prefix(20).isEmpty, "seed \(seed): \(differences.count): \(differences.prefix(20))")
        // Hours that are not, and hours that are twice, were among them.
        #expect(counts.allSatisfy { $0 > 200 }, "\(counts)")
    }

    @Test(arguments: [
        "", "TZif", "TZif2", "no zone at all, but long enough to have a header of forty-four bytes",
    ])
    func otherBytesAreRefused(_ text: String) {
        #expect(throws: ZoneFault.self) { try ZoneRules(file: Array(text.utf8), name: "Europe/Berlin") }
    }

    /// A file cut off anywhere, or with any byte changed, is a zone or is refused.
    @Test func damagedFilesAreHarmless() throws {
        let file = Array(try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Berlin")))
        for count in 0..<file.count {
            #expect(throws: ZoneFault.self) { try ZoneRules(file: Array(file[..<count]), name: "cut") }
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var file = file
            file[Int.random(in: 0..<file.count, using: &random)] = .random(in: 0...255, using: &random)
            guard let zone = try? ZoneRules(file: file, name: "changed") else { continue }
            for seconds in [-3_000_000_000, 0, 1_700_000_000, 9_000_000_000 as Int64] {
                #expect(zone.moments(of: seconds).count < 4)
            }
        }
    }
}
