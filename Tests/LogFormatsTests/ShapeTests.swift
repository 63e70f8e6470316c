import JSONBytes
import LogFormats
import Testing

/// The same events in another shape are the same records.
struct ShapeTests {
    /// How a file holds events.
    enum Shape: CaseIterable {
        case lines, array, nestedArrays, pretty, sequence, oneAfterTheOther, envelope

        /// A file of these events.
        func text(_ events: [[UInt8]], envelope: String) -> [UInt8] {
            switch self {
            case .lines: Array(events.joined(separator: [0x0A]))
            case .array: Self.array(events)
            case .nestedArrays:
                Self.array([Self.array(Array(events.prefix(2))), Self.array(Array(events.dropFirst(2)))])
            case .pretty: Self.pretty(Self.array(events))
            case .sequence: Array(events.map { [0x1E] + $0 + [0x0A] }.joined())
            case .oneAfterTheOther: Array(events.joined())
            case .envelope:
                Self.pretty(
                    Array("{\"kind\":\"EventList\",\"\(envelope)\":".utf8) + Self.array(events)
                        + Array("}".utf8))
            }
        }

        private static func array(_ values: [[UInt8]]) -> [UInt8] {
            Array("[".utf8) + Array(values.joined(separator: Array(",".utf8))) + Array("]".utf8)
        }

        private static func pretty(_ text: [UInt8]) -> [UInt8] {
            var pretty: [UInt8] = []
            var isInString = false
            var isEscaped = false
            for byte in text {
                pretty.append(byte)
                if !isInString, "{}[],:".utf8.contains(byte) { pretty += Array("\r\n \t".utf8) }
                if byte == UInt8(ascii: "\""), !isEscaped { isInString.toggle() }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            }
            return pretty
        }
    }

    static let envelopes = [
        "cloudtrail": "Records", "kubernetes": "items", "azure-activity": "records", "entra": "value",
        "gcp": "entries", "m365": "value",
    ]

    @Test(arguments: LogFormat.all.map(\.name).filter { !["auditd", "cef", "pgaudit"].contains($0) })
    func records(format: String) throws {
        let samples = try Sample.all(of: [format]).filter {
            !$0.name.hasSuffix(".log") && !$0.name.hasSuffix(".csv")
        }
        for sample in samples {
            let plain = try records(of: sample)
            let events = plain.compactMap(Self.details)
            guard !events.isEmpty else { continue }
            for shape in Shape.allCases {
                var other = sample
                // Stages of Kubernetes and the like stand in their order everywhere.
                other.bytes = shape.text(events, envelope: Self.envelopes[format] ?? "records")
                guard shape != .envelope || Self.envelopes[format] != nil else { continue }
                #expect(try records(of: other) == plain, "\(format)/\(sample.name) as \(shape)")
            }
        }
    }

    /// The records of a sample whose events are kept as they are.
    private func records(of sample: Sample) throws -> [String] {
        try Answer.ours(sample, chunks: [64]).compactMap { answer in
            guard case .record(_, let text) = answer, !text.contains("\"details\":{\"json\":"),
                !text.contains("\"details\":{\"lines\":")
            else { return nil }
            return text
        }
    }

    /// The event that a record is made of.
    private static func details(_ record: String) -> [UInt8]? {
        guard let object = try? JSONObject(Array(record.utf8), depth: 64),
            let details = object.members.first(where: { $0.name.elementsEqual("details".utf8) })
        else { return nil }
        return Array(object.bytes[details.value])
    }
}
