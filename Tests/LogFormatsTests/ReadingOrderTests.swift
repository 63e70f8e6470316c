import LogFormats
import Testing

/// Whoever goes on with a load counts what reading gives: so that is the same each time, in the same order.
struct ReadingOrderTests {
    @Test(arguments: LogFormat.all.map(\.name))
    func `what is read comes in the same order in whatever chunks`(format: String) throws {
        var mutation = Mutation(numbers: Numbers(seed: 5))
        for sample in try Sample.all(of: [format]) {
            for turn in 0..<4 {
                var sample = sample
                if turn > 0 { sample.bytes = mutation.changed(sample.bytes) }
                let whole = try Answer.ours(sample)
                for chunks in [[1000, 3], [64]] {
                    #expect(try Answer.ours(sample, chunks: chunks) == whole, "\(sample.name) \(chunks)")
                }
            }
        }
    }

    /// Whatever can be mended and loaded again is at hand: all that is refused but what is too long, and rests of files.
    @Test func `rows, lines and events that are refused are given as they came`() throws {
        let log = "2026-11-28 06:58:55 UTC [1] a@x LOG:  AUDIT: SESSION,1"
        let quoted = "2026-11-28 06:58:55.1 UTC,\"a\nb\",x"
        for (format, text, refused) in [
            ("m365", "x,AuditData\na,\"{\n\"\nb\n", ["a,\"{\n\"", "b"]),
            ("pgaudit", "\(log)\n", [log]),
            ("pgaudit", Self.row + "\n\(quoted)\n", [quoted]),
            ("cef", "no\n", ["no"]), ("auditd", "no\n", ["no"]),
            ("keycloak", "{\"type\":\n{}\n", ["{\"type\":", "{}"]),
        ] {
            #expect(try texts(format, Array(text.utf8)) == refused.map { Array($0.utf8) }, "\(format)")
        }
        for format in ["auditd", "cef", "okta"] {
            #expect(try texts(format, [0x7B, 0xFF, 0x7D, 0x0A]) == [[0x7B, 0xFF, 0x7D]], "\(format)")
        }
    }

    private static let row =
        "2026-11-28 06:58:55.1 UTC," + String(repeating: ",", count: 12) + "\"hello\""
        + String(repeating: ",", count: 12)

    private func texts(_ format: String, _ text: [UInt8]) throws -> [[UInt8]?] {
        var reader = try #require(LogFormat.named(format)).reader(FormatOptions())
        return (reader.take(text[...]) + reader.end()).compactMap { reading in
            guard case .refused(_, _, let text) = reading else { return nil }
            return text ?? []
        }
    }
}
