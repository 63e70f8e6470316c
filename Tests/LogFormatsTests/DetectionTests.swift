import LogFormats
import Testing

/// Which format a file is.
struct DetectionTests {
    private func name(_ text: [UInt8]) -> String {
        switch Detection.finding(text, isWhole: true) {
        case .native: "native"
        case .format(let format): format.name
        case .unclear(let names): names.isEmpty ? "none fits" : names.joined(separator: ", ")
        case nil: "more"
        }
    }

    /// Every sample is found out, and where the reference does not know, so do we.
    @Test func samples() throws {
        let samples = try Sample.all(of: LogFormat.all.map(\.name))
        var mutation = Mutation(numbers: Numbers(seed: 3))
        let changed = samples.flatMap { sample in
            (0..<10).map { _ in
                var sample = sample
                sample.bytes = mutation.changed(sample.bytes)
                return sample
            }
        }
        let all = samples + changed
        // On some broken arrays the reference fails.
        for (sample, reference) in zip(all, try Answer.detections(all)) where !reference.hasPrefix("X") {
            let found = name(sample.bytes)
            // Where there is no object at all, what is wrong is said line by line.
            let isSame = found == reference || reference == "none fits" && found == "native"
            #expect(isSame, "\(sample.format)/\(sample.name): \(found), \(reference)")
        }
    }

    @Test func ownLinesComeFirst() {
        let own =
            #"{"auditId":"1","timestamp":"2024-01-01T00:00:00Z","systemId":"s","userId":"u","resourceId":"r","#
            + #""action":"x","created_at":1,"actor":"a"}"#
        let foreign = #"{"action":"x","created_at":1,"actor":"a"}"#
        #expect(name(Array(own.utf8)) == "native")
        #expect(name(Array("\(own)\n\(foreign)\n".utf8)) == "native")
        #expect(name(Array("\(foreign)\n\(own)\n".utf8)) == "native")
        #expect(name(Array(#"{"records":[\#(own)]}"#.utf8)) == "native")
        #expect(name(Array("\(foreign)\n".utf8)) == "github")
        for part in [
            "", "{", "[]", "{}x", "no JSON", #"{"records":[]}"#, #"{"records":[null]}"#, #"{"userId":"u"}"#,
        ] {
            #expect(name(Array(part.utf8)) == (part == "{}x" ? "none fits" : "native"), "\(part)")
        }
        #expect(name(Array(#"{"who":"u"}"#.utf8)) == "none fits")
    }

    @Test func severalFormatsAreUnclear() {
        let text =
            #"{"action":"x","created_at":1,"actor":"a"}"# + "\n" + #"{"event":"e","code":"T1I","time":"t"}"#
        #expect(name(Array(text.utf8)) == "github, teleport")
    }

    /// With less than sixteen objects more is asked for, and with the first of audit-query's own nothing.
    @Test func asksForMore() {
        #expect(
            Detection.finding(Array(#"{"event":"e","code":"T1I","time":"t"}"#.utf8) + [0x0A], isWhole: false)
                == nil)
        #expect(Detection.finding(Array("  \n".utf8), isWhole: false) == nil)
    }
}
