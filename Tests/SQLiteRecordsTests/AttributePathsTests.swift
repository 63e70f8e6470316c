// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import SQLiteRecords
@testable import StoreConformance

/// The names that records of a file have, for whoever types one.
@Suite struct AttributePathsTests {
    private let folder = try! TemporaryFolder()
    private let late = ContinuousClock.now + .seconds(60)

    private func paths(_ attributes: [String]) throws -> [String] {
        let store = SQLiteStore(writing: folder.file("audit.db"))
        try store.put(
            attributes.enumerated().map { number, text in
                TestRecord.make(
                    Identifier("id-\(number)"), at: Timestamp(seconds: Int64(number)), attributes: text)
            })
        return try SQLiteStore(reading: folder.file("audit.db")).attributePaths(deadline: late)
            .map(\.description)
    }

    @Test func `each path at which a value stands is told once, in order`() throws {
        let found = try paths([
            #"{"action":"Read","details":{"ip":"x","n":1,"none":null,"empty":{}},"list":[{"a":1},[{"b":[]}],"x"]}"#,
            #"{"action":"Other","details":{"ip":"y"}}"#, #"{"odd name":{"\u00e9":true}}"#, "{}",
        ])
        #expect(
            found == [
                "action", "details.ip", "details.n", "details.none", "list", "list.a", "\"odd name\".\"é\"",
            ])
    }

    @Test func `names of records that are many or old are told by their shapes`() throws {
        let old = (0..<300).map { "{\"old\":{\"list\":[\($0),\"x\"]},\"t\":true}" }
        let new = (0..<100).map { "{\"new\":\"\($0)\"}" }
        #expect(try paths(old + new) == ["new", "old.list", "t"])
    }

    @Test func `what a record has without a shape is told too, and what no store can tell is nothing`() throws
    {
        let long = (0..<400).map { "\"name\($0)0123456789\":1" }.joined(separator: ",")
        let found = try paths(["{\(long)}"])
        #expect(found.count == 400 && found.contains("name70123456789"))
        #expect(throws: StoreError.self) {
            try SQLiteStore(reading: folder.file("nothing.db")).attributePaths(deadline: late)
        }
    }
}
