import Foundation
import TestSupport
import Testing

/// `audit-query table` as a user sees it.
@Suite(
    .live, .logsOnFailure,
    .enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct TableCommandTests {
    private static let production = ["AUDIT_QUERY_ENVIRONMENT": "prod"]

    @Test func `A table is made once, and verified line by line`() throws {
        try DynamoDBPlace.with { place in
            let missing = try place.command("table", "verify")
            #expect(missing.status == 1 && missing.lines.count == 1, "\(missing)")
            #expect(missing.output.contains("there is no such table"), "\(missing)")
            let made = try place.command("table", "create")
            #expect(made.status == 0 && made.output.hasPrefix("Made the table live-"), "\(made)")
            let again = try place.command("table", "create")
            #expect(again.status == 0 && again.output.hasPrefix("There is already the table"), "\(again)")
            let verified = try place.command("table", "verify")
            #expect(verified.status == 0, "\(verified)")
            #expect(verified.lines.count == 9)
            #expect(verified.lines.count { $0.hasPrefix("warning ") } == 3)
        }
    }

    @Test func `In production a table is not made, and one without protection is wrong`() throws {
        try DynamoDBPlace.with { place in
            let refused = try place.command("table", "create", variables: Self.production)
            #expect(refused.status == 78 && refused.error.contains("Nothing was made"), "\(refused)")
            #expect(try place.command("table", "verify").output.contains("there is no such table"))
            #expect(try place.command("table", "create").status == 0)
            let wrong = try place.command("table", "verify", "--json", variables: Self.production)
            #expect(wrong.status == 1, "\(wrong)")
            let json = try JSONValue(Data(wrong.output.utf8))
            #expect(json["ok"].bool == false, "\(wrong)")
            #expect(json["findings"].elements.count == 9)
            #expect(json["findings"].elements.count { $0["state"].string == "wrong" } == 3)
        }
    }

    @Test func `A table of that name that is laid out otherwise is 78, and the embedded store has none`()
        throws
    {
        try DynamoDBPlace.with { place in
            #expect(try place.command("table", "create").status == 0)
            let other = try place.command(
                "table", "create", variables: ["AUDIT_QUERY_STORE_DYNAMODB_USER_INDEX": "users"])
            #expect(other.status == 78, "\(other)")
            #expect(other.error.contains("there is no index users, but GSI1 has its key"), "\(other)")
            for command in ["create", "verify"] {
                let none = try place.command(
                    "table", command, variables: ["AUDIT_QUERY_STORE_KIND": "sqlite"])
                #expect(none.status == 78 && none.error.contains("store.kind is not dynamodb"), "\(none)")
            }
        }
    }

    @Test func `A check looks at the table too`() throws {
        try DynamoDBPlace.with { place in
            #expect(try place.command("table", "create").status == 0)
            let check = try place.command("check")
            #expect(check.output.contains("ok       store: table live-"), "\(check)")
            #expect(check.output.contains("key PK, SK, of type S"), "\(check)")
            #expect(check.output.contains("warning  table live-"), "\(check)")
        }
    }
}
