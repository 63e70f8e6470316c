import AuditRecords
import Foundation
import JSONBytes
@testable import LogFormats

/// What becomes of an event, by our code or by the reference.
enum Answer: Hashable {
    case record(line: Int, text: String)
    case refused(line: Int)
    case skipped(line: Int)
    /// The reference itself fails on it: anything is right.
    case unknown

    init(_ reading: Reading) { self.init(reading, line: reading.line) }

    init(_ reading: Reading, line: Int) {
        self =
            switch reading {
            case .record(let record, _): .record(line: line, text: Self.oneSpelling(Self.text(record)))
            case .refused: .refused(line: line)
            case .skipped: .skipped(line: line)
            }
    }

    /// The text with one spelling of the two escapes that Python's writer and ours spell otherwise.
    private static func oneSpelling(_ text: String) -> String {
        guard text.contains("\\b") || text.contains("\\f") else { return text }
        var (spelt, isEscaped) = ("", false)
        for scalar in text.unicodeScalars {
            switch (isEscaped, scalar) {
            case (true, "b"): spelt += "u0008"
            case (true, "f"): spelt += "u000c"
            default: spelt.unicodeScalars.append(scalar)
            }
            isEscaped = !isEscaped && scalar == "\\"
        }
        return spelt
    }

    /// A record as the reference writes it.
    private static func text(_ record: AuditRecord) -> String {
        // No loader looks at them again.
        let faults = RecordRules.faults(of: record)
        guard faults.isEmpty else { return "no record, for \(faults)" }
        var text: [UInt8] = []
        for (name, value): (StaticString, [UInt8]) in [
            ("{\"auditId\":", record.key.auditId.bytes), (",\"timestamp\":", record.key.timestamp),
            (",\"systemId\":", record.key.systemId.bytes), (",\"userId\":", record.userId.bytes),
            (",\"resourceId\":", record.resourceId.bytes),
        ] {
            text.append(json: name)
            text.append(jsonString: value)
        }
        text.append(json: ",")
        return String(decoding: text + record.attributes.dropFirst(), as: UTF8.self)
    }

    /// What our code makes of a text that comes in chunks of these lengths, in turn.
    static func ours(
        _ sample: Sample, _ options: FormatOptions = FormatOptions(), chunks: [Int] = [.max]
    ) throws -> [Answer] {
        guard let format = LogFormat.named(sample.format) else { throw Missing(name: sample.format) }
        var reader = format.reader(options)
        var rest = sample.bytes[...]
        var readings: [Reading] = []
        var turn = 0
        while !rest.isEmpty {
            readings += reader.take(rest.prefix(chunks[turn % chunks.count]))
            rest = rest.dropFirst(chunks[turn % chunks.count])
            turn += 1
        }
        return (readings + reader.end()).map(Answer.init)
    }

    /// What the reference makes of texts: it is started once.
    static func references(_ samples: [Sample], timeZone: String? = nil) throws -> [[Answer]] {
        try lines(samples.map { ($0.format, $0.bytes) }, timeZone: timeZone).map { lines in
            lines.map { Answer(line: $0) }
        }
    }

    /// The formats that the reference takes texts for.
    static func detections(_ samples: [Sample]) throws -> [String] {
        try lines(samples.map { ("detect", $0.bytes) }).map { $0.first ?? "" }
    }

    private init(line: String) {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        let number = words.count > 1 ? Int(words[1]) ?? 0 : 0
        self =
            switch words.first {
            case "R": .record(line: number, text: Self.oneSpelling(words[2]))
            case "N": .refused(line: number)
            case "S": .skipped(line: number)
            default: .unknown
            }
    }

    /// What the reference prints of each text.
    private static func lines(
        _ texts: [(format: String, bytes: [UInt8])], timeZone: String? = nil
    ) throws -> [[String]] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "formats-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (index, text) in texts.enumerated() {
            let name = "\(text.format)__\(String(1_000_000 + index))"
            try Data(text.bytes).write(to: folder.appending(path: name))
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["python3", "-B", Sample.program, folder.path()] + (timeZone.map { ["--time-zone", $0] } ?? [])
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Missing(name: Sample.program) }
        var printed: [[String]] = texts.map { _ in [] }
        var index = 0
        for line in data.split(separator: 0x0A) {
            let line = String(decoding: line, as: UTF8.self)
            if line.hasPrefix("F ") {
                index = (Int(line.suffix(7)) ?? 0) - 1_000_000
            } else {
                printed[index].append(line)
            }
        }
        return printed
    }

    /// What a test needs is not there.
    struct Missing: Error {
        let name: String
    }
}

extension [Answer] {
    /// How many of each there are: lines that are no UTF-8 the reference tells of first.
    var counted: [Answer: Int] { reduce(into: [:]) { $0[$1, default: 0] += 1 } }

    /// What is here and not there, in order.
    func beyond(_ others: [Answer]) -> [Answer] {
        var left = others.counted
        return filter { answer in
            guard let count = left[answer], count > 0 else { return true }
            left[answer] = count - 1
            return false
        }
    }
}
