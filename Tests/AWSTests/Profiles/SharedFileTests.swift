@testable import AWS
import Testing
import TestSupport
@testable import DemoData

@Suite struct SharedFileTests {
    /// The sections, all of which must be usable.
    private func sections(_ text: String) throws(AWSEnvironmentError) -> [String: [String: Setting]] {
        var usable: [String: [String: Setting]] = [:]
        for (title, section) in try SharedFile(text, path: "/etc/config").sections {
            usable[title] = try section.usable()
        }
        return usable
    }

    private func settings(_ text: String) throws -> [String: String] {
        try #require(sections("[default]\n" + text)["default"]).mapValues(\.text)
    }

    @Test(arguments: [
        ("region=eu-west-1", "eu-west-1"), ("region = eu-west-1", "eu-west-1"),
        ("region\t=\t eu-west-1 \t", "eu-west-1"), ("REGION=eu-west-1", "eu-west-1"),
        ("region = eu-west-1\r", "eu-west-1"), ("region = eu-west-1 # here", "eu-west-1"),
        ("region = eu-west-1\t; here", "eu-west-1"), ("region = a#b;c", "a#b;c"),
        ("region = a = b", "a = b"), ("region =", ""), ("# region = x\n; region = y\nregion = z", "z"),
        ("region = x\nregion = y", "y"), ("region = a\n  b", "a\nb"),
        ("region = x # c\n\n\n  # d\n", "x"), ("region: eu-west-1", "eu-west-1"),
        ("region:http://a=b", "http://a=b"), ("region = a:b", "a:b"), ("  region = x", "x"),
        ("\tregion: x", "x"),
    ])
    func `a setting's value`(line: String, value: String) throws {
        #expect(try settings(line) == ["region": value])
    }

    @Test func `a command keeps what looks like a comment`() throws {
        #expect(try settings("credential_process = run ' #x' ;y") == ["credential_process": "run ' #x' ;y"])
    }

    @Test func `settings below a setting belong to it, not to the section`() throws {
        let text = """
            [services local]\r
            dynamodb =\r
              endpoint_url = http://localhost:8000 # near\r
              \tother=1\r
            sts =
             endpoint_url = http://localhost:8001
            """
        let section = try #require(sections(text)["services local"])
        #expect(section["dynamodb"]?.nested == ["endpoint_url": "http://localhost:8000", "other": "1"])
        #expect(section["sts"]?.nested == ["endpoint_url": "http://localhost:8001"])
        #expect(section["endpoint_url"] == nil)
    }

    /// As botocore 1.43.11 reads each file, beside which the same text in one line stands for the profile.
    @Test(arguments: [
        ("  region = a\n  output = b\n", ["region": "a", "output": "b"]),
        ("  region = a\noutput = b\n", ["region": "a", "output": "b"]),
        ("region = a\n  output = b\n", ["region": "a\noutput = b"]),
        ("\tregion = a\n\toutput = b\n", ["region": "a", "output": "b"]),
        ("  s3 =\n    a = 1\n  region = x\n", ["s3": "", "s3.a": "1", "region": "x"]),
        ("  s3 =\n  a = 1\n  region = x\n", ["s3": "", "a": "1", "region": "x"]),
        ("s3:\n  a = 1\n", ["s3": "", "s3.a": "1"]),
        ("s3 =\n    a = 1\n  b = 2\nregion = x\n", ["s3": "", "s3.a": "1", "s3.b": "2", "region": "x"]),
        ("s3 =\n  # c\n\n  a = 1\n", ["s3": "", "s3.a": "1"]), ("a:b = c\n", ["a": "b = c"]),
        ("region =\noutput = x\n", ["region": "", "output": "x"]),
    ])
    func `what is indented more than the setting before it belongs to it, and nothing else`(
        text: String, expected: [String: String]
    ) throws {
        var found: [String: String] = [:]
        for (name, setting) in try #require(sections("[default]\n" + text)["default"]) {
            found[name] = setting.text
            for (below, value) in setting.nested { found["\(name).\(below)"] = value }
        }
        #expect(found == expected)
    }

    @Test func `a line that cannot be read concerns only whoever uses its section`() throws {
        let file = try SharedFile(
            "[a]\nSECRET\nx = 1\n[b]\ny = 2\n[a]\n= SECRET\n[c]\nz =\n  SECRET\n", path: "/f")
        #expect(try file.sections["b"]?.usable() == ["y": Setting(text: "2")])
        let first = try #require(throws: AWSEnvironmentError.self) { try file.sections["a"]?.usable() }
        #expect(first.description == "/f, line 2: name = value was expected")
        #expect(throws: AWSEnvironmentError.self) { try file.sections["c"]?.usable() }
        Secret.expectNone(in: first)
        Secret.expectNone(in: file)
    }

    @Test func `sections: blanks inside, twice the same, empty, before a comment, after a mark of UTF-8`()
        throws
    {
        let found = try sections("\u{FEFF}[ a ] # x\nk = 1\n[b]\n[profile c d]\n[a]\nl = 2\n")
        let texts = found.mapValues { $0.mapValues(\.text) }
        #expect(texts == ["a": ["k": "1", "l": "2"], "b": [:], "profile c d": [:]])
    }

    @Test(arguments: [
        ("[default]\nSECRET", "line 2"), ("SECRET = x", "line 1"), ("\n[default\nx = SECRET", "line 2"),
        ("[default]\n= SECRET", "line 2"), ("[default]\n: SECRET", "line 2"),
        ("[default]\ns3 =\n  SECRET", "line 3"),
    ])
    func `what cannot be read is refused by file and line, without repeating it`(
        text: String, place: String
    ) throws {
        let error = try #require(throws: AWSEnvironmentError.self) { try sections(text) }
        #expect(error.description.hasPrefix("/etc/config, \(place): "))
        Secret.expectNone(in: error)
    }

    @Test func `reading ends whatever a file holds, and a file of settings alone is read as written`() {
        forAll(cases: 500) { random in
            let alphabet = Array("[]=#; \t\r\nab\u{FEFF}é".unicodeScalars)
            var text = ""
            for _ in 0..<Int.random(in: 0..<60, using: &random) {
                text.unicodeScalars.append(alphabet.randomElement(using: &random) ?? " ")
            }
            _ = try? SharedFile(text, path: "")
            var model: [String: String] = [:]
            for _ in 0..<8 { model["k\(Int.random(in: 0..<20, using: &random))"] = "v\(random.next())" }
            let lines = model.map { "\($0)\(["=", " = ", "\t="].randomElement(using: &random) ?? "=")\($1)" }
            let end = Bool.random(using: &random) ? "\r\n" : "\n"
            let read = try settings(lines.joined(separator: end))
            try require(read == model, "\(lines)")
        }
    }
}
