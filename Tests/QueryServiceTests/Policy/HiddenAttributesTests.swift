// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Synchronization
import TestSupport
import Testing

@testable import QueryService
@testable import JSONBytes
@testable import AuditRecords
@testable import AuditStores
@testable import DemoData
@testable import StoreConformance

@Suite struct HiddenAttributesTests {
    /// What is left of attributes.
    private func visible(_ attributes: String, _ hidden: [String]) throws -> String {
        var body: [UInt8] = []
        try HiddenAttributes(spelled: hidden).appendVisible(of: Array(attributes.utf8), to: &body)
        return String(decoding: body, as: UTF8.self)
    }

    @Test(arguments: [
        (#"{"ip":1,"a":{"ip":2,"b":[{"ip":3},[{"ip":4,"c":5}]]}}"#, ["ip"], #"{"a":{"b":[{},[{"c":5}]]}}"#),
        (#"{"ip":1,"a":{"ip":2,"a":{"ip":3}}}"#, ["a.ip"], #"{"ip":1,"a":{"a":{"ip":3}}}"#),
        (
            #"{"a":[{"ip":1},[{"ip":2}],"ip",{"b":{"ip":3}}]}"#, ["a.ip"],
            #"{"a":[{},[{}],"ip",{"b":{"ip":3}}]}"#
        ),
        (#"{"a":{"b":1,"c":2},"b":3}"#, ["a.b", "a.c"], #"{"a":{},"b":3}"#),
        (#"{"a":{"b":{"c":1,"d":2}}}"#, ["a.b.c", "a.b.c.d"], #"{"a":{"b":{"d":2}}}"#),
        (#"{"a.b":1,"a":{"b":2}}"#, ["a.b"], #"{"a.b":1,"a":{}}"#),
        (#"{"a.b":1,"a":{"b":2}}"#, [#""a.b""#], #"{"a":{"b":2}}"#),
        (#"{"a":"ip","b":["ip"]}"#, ["ip"], #"{"a":"ip","b":["ip"]}"#),
        (#"{"userId":1,"a":{"userId":2,"id":3}}"#, ["a.userId", "id"], #"{"userId":1,"a":{}}"#),
        (#" { "ip" : 1 , "a" : 2 , "ip" : 3 } "#, ["ip"], #"{"a":2}"#),
        (#"{"IP":1,"ip2":2,"i":3,"":4}"#, ["ip"], #"{"IP":1,"ip2":2,"i":3,"":4}"#),
        (#"{"\u0069\u0070":1,"\ud83d\ude00":2,"\/":3}"#, ["ip", "\"😀\"", "\"/\""], "{}"),
        (#"{"\ud800":1,"ip":2}"#, ["ip"], #"{"\ud800":1}"#),
        ("{}", ["ip"], "{}"), (#"{"a":1.50e+2}"#, [], #"{"a":1.50e+2}"#),
    ])
    func `a name is left out wherever it stands, and a path only there`(
        _ attributes: String, _ hidden: [String], _ expected: String
    ) throws {
        #expect(try visible(attributes, hidden) == expected)
    }

    @Test(arguments: [
        "", "[]", "5", "{", "{\"a\":1", "{\"ip\":1", "{\"ip\":}", "{\"ip\":tru}", "{\"ip\":1}}", "{\"a\":[1}",
        "{\"a\":{\"ip\":1]}", "{\"ip\":1,}", "{\"a\" 1}", "{\"ip\":1 \"a\":2}",
    ])
    func `attributes that are no JSON object are an error, also where the fault is hidden`(_ text: String) {
        for hidden in [["ip"], ["a.ip"], ["ip.a"]] {
            #expect(throws: JSONFault.self) { try visible(text, hidden) }
        }
    }

    @Test func `attributes nest as deep as a store may have them, and no deeper`() throws {
        func nested(_ depth: Int) -> String {
            "{\"a\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
        }
        let deepest = JSONCursor.maximumSkippedDepth
        #expect(try visible(nested(deepest), ["ip"]) == nested(deepest))
        for hidden in ["ip", "a.ip"] {
            #expect(throws: JSONFault.self) { try visible(nested(deepest + 1), [hidden]) }
            #expect(throws: JSONFault.self) { try visible(nested(1_000_000), [hidden]) }
        }
    }

    @Test(arguments: [
        ("", "no name at byte 1"), (".", "no name at byte 1"), ("a.", "no name at byte 3"),
        ("a..b", "byte 3"),
        ("1a", "byte 1"), ("-a", "byte 1"), ("a b", "byte 2"), ("é", "double quotes"), ("a.é", "byte 3"),
        ("a*", "byte 2"), ("a[0]", "byte 2"), ("\"a", "no JSON string"), ("\"\\x\"", "no JSON string"),
        ("\"\\ud800\"", "no JSON string"), ("\"a\"b", "byte 4"), ("a.\"b", "byte 3"), (" a", "byte 1"),
        ("userId", "is a field"), ("auditId", "is a field"), ("timestamp", "is a field"),
        ("systemId", "is a field"), ("\"resource\\u0049d\"", "is a field"), ("userId.x", "is a field"),
    ])
    func `what is no path, or a field, cannot be hidden, and it is said why`(_ text: String, _ part: String) {
        let error = #expect(throws: HiddenAttributesError.self) {
            try HiddenAttributes(spelled: ["ok", text])
        }
        #expect(error?.description.contains(part) == true, "\(error as Any)")
    }

    @Test func `too many paths and too long ones are refused`() {
        let many = (0...HiddenAttributes.maximumCount).map { "a\($0)" }
        #expect(throws: HiddenAttributesError.self) { try HiddenAttributes(spelled: many) }
        #expect(throws: Never.self) { try HiddenAttributes(spelled: Array(many.dropLast())) }
        #expect(throws: HiddenAttributesError.self) {
            try HiddenAttributes(spelled: [String(repeating: "a", count: 1025)])
        }
    }

    @Test func `what no record has so, but otherwise, is found`() throws {
        func misspellings(_ hidden: [String]) throws -> [String] {
            var trial = HidingTrial(try HiddenAttributes(spelled: hidden))
            for attributes in [
                #"{"sourceIp":1,"source.ip":2,"a":{"b":[{"userAgent":3}]}}"#, "{",
                #"{"SourceIP":1,"x":{"c":{}}}"#,
            ] {
                trial.take(TestRecord.make("a", at: "2024-02-29T12:00:00Z", attributes: attributes))
            }
            return trial.misspellings.map {
                "\($0.path): \($0.others.map(\.description).joined(separator: " "))"
            }
        }
        #expect(try misspellings(["sourceIp", "userAgent", "a.b", "a.b.userAgent", "none", "no.ne"]) == [])
        #expect(try misspellings(["sourceIP"]) == ["sourceIP: SourceIP sourceIp"])
        #expect(try misspellings(["source.ip"]) == [#"source.ip: "source.ip""#])
        #expect(try misspellings(["useragent"]) == ["useragent: userAgent"])
        #expect(try misspellings(["a.B.useragent"]) == ["a.B.useragent: a.b.userAgent"])
    }

    private static func path(_ random: inout SplitMix64) -> AttributePath {
        var attributes = RandomAttributes(random: random.fork())
        return attributes.path()
    }

    @Test func `a path is spelled in one way, by which it can be read again`() {
        forAll(cases: 500) { random in
            let path = Self.path(&random)
            try require(try AttributePath(path.description) == path, "\(path)")
            let other = Self.path(&random)
            try require(
                (other.description.utf8.elementsEqual(path.description.utf8)) == (other == path), "\(path)")
        }
    }

    @Test func `what is left is what a model leaves of the tree`() {
        forAll(cases: 2000) { random in
            var attributes = RandomAttributes(random: random.fork())
            let tree = attributes.object()
            let paths = (0..<random.number(in: 1...4)).map { _ in attributes.path() }
            var body: [UInt8] = []
            let text = tree.text(space: { attributes.space() })
            try HiddenAttributes(paths).appendVisible(of: Array(text.utf8), to: &body)
            let left = String(decoding: body, as: UTF8.self)
            let expected = tree.without(paths).text(space: { "" })
            let isNames = paths.contains { $0.names.count == 1 }
            try require(
                (isNames ? left : left.withoutSpace) == expected, "\(paths)\n\(text)\n\(left)\n\(expected)")
        }
    }

    @Test
    func `a path that hides nothing has the same values in what is left, and one that does is known by it`() {
        forAll(cases: 2000) { random in
            var attributes = RandomAttributes(random: random.fork())
            let text = Array(attributes.object().text(space: { "" }).utf8)
            let hidden = HiddenAttributes((0..<random.number(in: 1...3)).map { _ in attributes.path() })
            let path = attributes.path()
            guard !hidden.hides(anyOf: path) else { return }
            var body: [UInt8] = []
            try hidden.appendVisible(of: text, to: &body)
            let paths = IndexedPaths([path])
            try require(
                paths.values(of: text)?.map(\.value) == paths.values(of: body)?.map(\.value),
                "\(path) of \(String(decoding: text, as: UTF8.self)) without \(hidden.paths)")
        }
        let hidden = try! HiddenAttributes(spelled: ["ip", "a.b"])
        for (path, isHidden) in [
            ("ip", true), ("x.ip", true), ("ip.x", true), ("a.b", true), ("a.b.c", true), ("a", false),
            ("x.a.b", false), ("b", false),
        ] {
            #expect(hidden.hides(anyOf: try! AttributePath(path)) == isHidden, "\(path)")
        }
    }

    @Test func `no index is asked for what a key may not see`() throws {
        let store = AskedEqualities()
        let service = try TestService(store)
        let filter = "userId=u&filter=ip%20eq%20%22x%22%20and%20a.b%20eq%201%20and%20c%20eq%20true"
        for (hidden, asked) in [([], ["ip", "a.b", "c"]), (["ip"], ["a.b", "c"]), (["a", "ip"], ["c"])] {
            _ = try service.client(hidden: hidden).records(filter)
            #expect(store.paths.withLock { $0 } == asked)
        }
    }

    /// A store without records that keeps what the last read could be answered by.
    private final class AskedEqualities: RecordStore {
        let paths = Mutex<[String]>([])
        func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
            paths.withLock { $0 = read.equalities.map(\.path.description) }
            return PartitionRun(records: [], resume: nil)
        }
        func fetch(_ keys: [RecordKey], budget: Budget) throws(StoreError) -> FetchedRecords {
            FetchedRecords(records: [])
        }
        func put(_ records: [AuditRecord]) throws(StoreError) {}
        func probe() throws(StoreError) {}
    }

    @Test func `attributes that differ in what is hidden only are the same bytes`() {
        forAll(cases: 2000) { random in
            var attributes = RandomAttributes(random: random.fork())
            let tree = attributes.object()
            let paths = (0..<random.number(in: 1...4)).map { _ in attributes.path() }
            let hidden = HiddenAttributes(paths)
            // What is visible has the same white space in both.
            let texts = [tree, tree.changed(at: paths, &attributes)].map { $0.text(space: { "" }) }
            let bodies = try texts.map { text in
                var body: [UInt8] = []
                try hidden.appendVisible(of: Array(text.utf8), to: &body)
                return body
            }
            try require(bodies[0] == bodies[1], "\(paths)\n\(texts[0])\n\(texts[1])")
        }
    }
}

extension String {
    /// Without the white space between the parts of a JSON text; there is none in the strings of these tests.
    fileprivate var withoutSpace: String { filter { !$0.isWhitespace } }
}
