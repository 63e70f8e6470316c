import Foundation
import TestSupport
import Testing

/// A table's own indexes of attributes, as who runs the command sees them.
@Suite(
    .live, .logsOnFailure,
    .enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct TableIndexTests {
    private static let indexed = [
        "AUDIT_QUERY_STORE_DYNAMODB_ATTRIBUTE_INDEXES": "action=GSI3",
        "AUDIT_QUERY_STORE_DYNAMODB_SYSTEMS": "crm,billing",
    ]

    private func write(_ actions: [String], to name: String, _ place: DynamoDBPlace) throws -> String {
        let lines = actions.enumerated().map { number, action in
            ##"{"auditId":"a\##(number)","timestamp":"2024-01-31T10:00:0\##(number)Z","systemId":"crm","userId":"u","##
                + "\"resourceId\":\"r\",\"action\":\(action)}"
        }
        try place.place.folder.write(lines.joined(separator: "\n"), to: name)
        return place.place.folder.file(name)
    }

    @Test func `an index is made, verified and asked, and what it could not have is refused by the load`()
        throws
    {
        try DynamoDBPlace.with { place in
            #expect(try place.command("table", "create", variables: Self.indexed).status == 0)
            let verified = try place.command("table", "verify", variables: Self.indexed)
            #expect(verified.status == 0, "\(verified)")
            #expect(
                verified.output.contains("index GSI3 of action, SK, of type S, all attributes, status ACTIVE")
            )
            let file = try write(["\"Login\"", "[\"Login\"]", "\"Read\"", "null"], to: "lines.ndjson", place)
            let loaded = try place.command("load", file, variables: Self.indexed)
            #expect(loaded.status == 1, "\(loaded)")
            #expect(loaded.error.contains("its action is no text"), "\(loaded)")
            let question = [
                "query", "--filter", "action eq \"Login\"", "--from", "2024-01-01", "--to", "2024-01-31",
            ]
            let found = try place.place.run(place.arguments(question + ["--json"], Self.indexed))
            #expect(
                found.status == 0 && found.lines.count == 1 && found.output.contains("\"a0\""), "\(found)")
            let explained = try place.place.run(place.arguments(question + ["--explain"], Self.indexed))
            #expect(explained.output.contains("Index: GSI3 of the table"), "\(explained)")
            #expect(explained.output.contains("action = \"Login\" AND SK BETWEEN"), "\(explained)")
            let right = try place.command(
                "table", "verify", "--records", "--segments", "1", variables: Self.indexed)
            #expect(right.status == 0, "\(right)")
        }
    }

    @Test func `an index that is not there, and an item that it would not have, are wrong`() throws {
        try DynamoDBPlace.with { place in
            #expect(try place.command("table", "create").status == 0)
            let file = try write(["\"Login\"", "[\"Login\"]", "null"], to: "lines.ndjson", place)
            #expect(try place.command("load", file).status == 0)
            let wrong = try place.command(
                "table", "verify", "--records", "--segments", "1", variables: Self.indexed)
            #expect(wrong.status == 1, "\(wrong)")
            #expect(wrong.output.contains("there is no index GSI3"), "\(wrong)")
            #expect(wrong.lines.count { $0.contains("is not in the index GSI3") } == 1, "\(wrong)")
        }
    }
}
