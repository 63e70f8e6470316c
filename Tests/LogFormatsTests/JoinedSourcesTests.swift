import LogFormats
import Testing

/// Events whose lines stand in several files of one load are one record each, as if the files were one.
struct JoinedSourcesTests {
    /// What becomes of sources that are loaded one after the other, with lines counted as if they were one.
    private func answers(_ format: String?, _ parts: [[UInt8]]) throws -> [Answer] {
        let kind = try format.map { name in
            LogSource.Kind.format(try #require(LogFormat.named(name)))
        }
        let linesBefore = parts.indices.map { index in
            parts[..<index].joined().count { $0 == 0x0A }
        }
        var open = OpenEvents()
        var answers: [Answer] = []
        func take(_ reading: Reading, _ line: SourceLine) {
            answers.append(Answer(reading, line: linesBefore[line.source] + line.number))
        }
        for (index, part) in parts.enumerated() {
            var source = LogSource(kind ?? .detected, FormatOptions(), number: index, open: open)
            func take(_ item: LogSource.Item) {
                guard case .reading(let reading, let line) = item else {
                    Issue.record("\(item)")
                    return
                }
                answers.append(Answer(reading, line: linesBefore[line.source] + line.number))
            }
            source.take(part[...]) { item throws(Never) in take(item) }
            source.end { item throws(Never) in take(item) }
            open = source.open
        }
        open.end { reading, line throws(Never) in take(reading, line) }
        return answers
    }

    private func lineEnds(_ text: [UInt8]) -> [Int] {
        text.indices.filter { text[$0] == 0x0A }.map { $0 + 1 }
    }

    /// Cut at every line, also where an event of another begins between its lines.
    @Test func `auditd's samples cut in two at any line are the records of the whole`() throws {
        let samples = try Sample.all(of: ["auditd"])
        #expect(samples.count > 5)
        for (sample, reference) in zip(samples, try Answer.references(samples)) {
            for end in lineEnds(sample.bytes) {
                let ours = try answers(
                    "auditd", [Array(sample.bytes[..<end]), Array(sample.bytes[end...])])
                #expect(ours.counted == reference.counted, "\(sample.name) at \(end)")
            }
        }
    }

    /// As `split` cuts, or logrotate: into files of a few lines each, between which events are open all the time.
    @Test func `auditd's samples cut into many files are the records of the whole`() throws {
        let samples = try Sample.all(of: ["auditd"])
        for (sample, reference) in zip(samples, try Answer.references(samples)) {
            let ends =
                [0] + lineEnds(sample.bytes).enumerated().filter { $0.offset % 3 == 2 }.map(\.element)
                + [sample.bytes.count]
            let parts = zip(ends, ends.dropFirst()).map { Array(sample.bytes[$0..<$1]) }
            #expect(try answers("auditd", parts).counted == reference.counted, "\(sample.name)")
        }
    }

    @Test func `files of other formats between those of an event are no part of it`() throws {
        let line = "type=SYSCALL msg=audit(1.000:7): syscall=2 exit=-13 auid=5\n"
        let end = "type=PATH msg=audit(1.000:7): item=0 name=\"/etc/shadow\"\n"
        let github = #"{"action":"x.y","created_at":1700000000000,"actor":"a","org":"o"}"# + "\n"
        let found = try answers(nil, [line, github, end].map { Array($0.utf8) })
        guard found.count == 2, case .record(2, let other) = found[0], case .record(1, let joined) = found[1]
        else {
            Issue.record("\(found)")
            return
        }
        #expect(other.contains("x.y"))
        #expect(joined.contains("/etc/shadow") && joined.contains(#""outcome":"denied""#))
    }

    /// What may go on in a part of a file that cannot be read is left out; what stands in others is not.
    @Test func `a file that breaks off takes nothing of those before it along`() {
        let lines = [3, 4].map { "type=SYSCALL msg=audit(\($0).000:7): syscall=2 auid=5\n" }
        var open = OpenEvents()
        for (number, line) in lines.enumerated() {
            var source = LogSource(.detected, FormatOptions(), number: number, open: open)
            source.take(Array(line.utf8)[...]) { item throws(Never) in Issue.record("\(item)") }
            if number == 0 {
                source.end { item throws(Never) in Issue.record("\(item)") }
            } else {
                source.breakOff { item throws(Never) in Issue.record("\(item)") }
            }
            open = source.open
        }
        var places: [SourceLine] = []
        open.end { _, line throws(Never) in places.append(line) }
        #expect(places == [SourceLine(source: 0, number: 1)])
    }
}
