import Foundation
import TestSupport

/// A workplace whose days are sealed.
struct SealPlace {
    let place: Workplace

    static let origin = "audit.example.com/test"

    /// Two systems and three days, all over for long, with values that stores spell in their own ways.
    static let lines = (0..<60).map { number in
        let (day, second) = (number % 3 + 1, number / 3)
        return
            #"{"auditId":"id-\#(number)","timestamp":"2024-01-0\#(day)T10:00:\#(10 + second).\#(number % 4 == 0 ? "5" : "125")Z","#
            + #""systemId":"\#(number % 2 == 0 ? "billing" : "crm")","userId":"zoë","resourceId":"r/\#(number)","#
            + #""n":\#(["1.50", "1e2", "-0", "12345678901234567890.5"][number % 4]),"#
            + #""details":{"b":[1.0,{"z":"\u00e9\n","a":null}],"a":true}}"#
    }

    /// ``lines`` of days that are over for some days, which every store looks at: of 2024 DynamoDB looks at none.
    static func recentLines() -> [String] {
        lines.map { line in
            (1...3).reduce(line) { line, number in
                line.replacing("2024-01-0\(number)T", with: "\(recentDay(number))T")
            }
        }
    }

    /// The first, second or third day of ``recentLines()``.
    static func recentDay(_ number: Int) -> Substring {
        today.addingTimeInterval(Double(number - 9) * 86_400).ISO8601Format().prefix(10)
    }

    /// The same for all tests, also of those that go on past midnight.
    private static let today = Date.now

    var folder: String { place.folder.file("seals") }
    var key: String { place.folder.file("seal.key") }

    /// Runs a body in a place of its own, with records of ``lines`` in it, and a key.
    static func with(_ lines: [String] = lines, _ body: (SealPlace) throws -> Void) throws {
        try withWorkplace { workplace in
            let place = SealPlace(place: workplace)
            try place.configure()
            try workplace.load(lines)
            let made = try place.command("seal", "key")
            guard made.status == 0, made.output.hasPrefix("\(origin)+") else { throw Failure("\(made)") }
            try body(place)
        }
    }

    func configure() throws {
        let folder = place.folder
        let text = folder.text("audit-query.yaml")
        try folder.write(
            "\(text)seal: { enabled: true, origin: \(Self.origin), key-file: \(key), folder: \(self.folder) }\n"
                + "retain: { folder: \(folder.file("holds")) }\n",
            to: "audit-query.yaml")
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
    }

    /// Loads these and seals them, by a process each.
    func seal(_ lines: [String], run: ([String]) throws -> Workplace.Outcome) throws {
        try configure()
        try place.folder.write(lines.joined(separator: "\n") + "\n", to: "lines.ndjson")
        for words in [
            ["table", "create"], ["load", place.folder.file("lines.ndjson")], ["seal", "key"], ["seal"],
        ] {
            let outcome = try run(words)
            guard outcome.status == 0 else { throw Failure("\(words): \(outcome)") }
        }
    }

    func command(_ words: String...) throws -> Workplace.Outcome {
        try place.run([Place.program] + words + ["--config", place.folder.file("audit-query.yaml")])
    }

    /// Runs Python with a script of a line or more, or another program, in the workplace's folder.
    func run(_ words: String...) throws {
        let outcome = try place.run(["env", "--chdir=\(place.folder.path)"] + words)
        guard outcome.status == 0 else { throw Failure("\(words): \(outcome)") }
    }

    /// Changes the embedded store behind everybody's back.
    func tamper(_ sql: String) throws {
        try run(
            "python3", "-c",
            "import sqlite3, sys; c = sqlite3.connect('audit.db'); c.execute(sys.argv[1]); c.commit()", sql)
    }

    /// Whether a verifier that is none of ours agrees with folder and records.
    func verifyElsewhere() throws {
        let answer = place.folder.file("records.json")
        // As they are, so that no number is spelt anew here.
        let outcome = try place.run([
            "sh", "-c",
            """
            for system in billing crm; do
                "$0" query --config "$1" --system $system --from 2024-01 --to 2024-01 --order asc --all --json
            done | python3 -c '
            import sys
            parts = [part[part.index("[") + 1:part.rindex("],\\"count\\"")] for part in sys.stdin.read().splitlines()]
            print("{\\"records\\":[" + ",".join(part for part in parts if part) + "]}")' >"$2"
            python3 "$3" "$4" "$5" "$2"
            """, Place.program, place.folder.file("audit-query.yaml"), answer,
            "\(Place.package)/Tests/evidence/verifier.py", folder, "\(key).pub",
        ])
        guard outcome.status == 0 else { throw Failure("verifier.py: \(outcome)") }
    }
}
