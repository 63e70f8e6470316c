import Foundation
import TestSupport
import Testing

/// `audit-query table` as a user sees it.
@Suite(
    .live, .logsOnFailure,
    .enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct TableCommandTests {
    private static let production = ["AUDIT_QUERY_ENVIRONMENT": "prod"]

    @Test func `a table is made once, and verified line by line`() throws {
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
            #expect(verified.lines.count == 10)
            #expect(verified.lines.count { $0.hasPrefix("warning ") } == 3)
        }
    }

    @Test func `in production a table is not made, and one without protection is wrong`() throws {
        try DynamoDBPlace.with { place in
            let refused = try place.command("table", "create", variables: Self.production)
            #expect(refused.status == 78 && refused.error.contains("Nothing was made"), "\(refused)")
            #expect(try place.command("table", "verify").output.contains("there is no such table"))
            #expect(try place.command("table", "create").status == 0)
            let wrong = try place.command("table", "verify", "--json", variables: Self.production)
            #expect(wrong.status == 1, "\(wrong)")
            let json = try JSONValue(Data(wrong.output.utf8))
            #expect(json["ok"].bool == false, "\(wrong)")
            #expect(json["findings"].elements.count == 10)
            #expect(json["findings"].elements.count { $0["state"].string == "wrong" } == 3)
        }
    }

    @Test func `a table of that name that is laid out otherwise is 78, and the embedded store has none`()
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
                #expect(
                    none.status == 78 && none.error.contains("store.kind is neither postgresql nor dynamodb"),
                    "\(none)")
            }
        }
    }

    @Test func `a user and a resource that the table has never seen are said to be unknown`() throws {
        try DynamoDBPlace.with { place in
            #expect(try place.command("table", "create").status == 0)
            let line =
                #"{"auditId":"a","timestamp":"2024-01-31T10:00:00Z","systemId":"s","userId":"alice","resourceId":"r"}"#
            try place.place.folder.write(line, to: "one.ndjson")
            let loaded = try place.command("load", place.place.folder.file("one.ndjson"))
            #expect(loaded.status == 0, "\(loaded)")
            let unknown = try place.command("query", "--user", "alise", "--resource", "q", "--from", "2024")
            #expect(
                unknown.error == """
                    There are no records of the user alise at all.
                    There are no records of the resource q at all.

                    """, "\(unknown)")
            let known = try place.command("query", "--user", "alice", "--from", "2024-02")
            #expect(known.error == "There are no such records from 2024-02-01T00:00:00.000Z.\n", "\(known)")
            // One read cannot tell it of a system.
            let system = try place.command("query", "--system", "t", "--from", "2024-01", "--to", "2024-01")
            #expect(system.error.hasPrefix("There are no such records from 2024-01-01"), "\(system)")
        }
    }

    /// Items of other writers: good ones in other spellings, and of each kind that is no record.
    private static let otherWriters = """
        import boto3, sys
        client = boto3.client("dynamodb", endpoint_url=sys.argv[1], region_name="eu-west-1", aws_access_key_id="a",
            aws_secret_access_key="b")
        for number, time in enumerate(sys.argv[3:]):
            day, sort = ("s#2024-01-31", f"{time}#{number}") if time != "META" else ("META", "META")
            client.put_item(TableName=sys.argv[2], Item={"PK": {"S": day}, "SK": {"S": sort},
                "GS1_PK": {"S": "#u"}, "GS1_SK": {"S": sort}})
        """

    /// Makes the table, and gives its name.
    private func create(in place: DynamoDBPlace) throws -> String {
        let made = try place.command("table", "create")
        return String(try #require(made.output.firstMatch(of: /live-[0-9]+/), "\(made)").output)
    }

    private func put(_ times: [String], into table: String, _ place: DynamoDBPlace) throws {
        let outcome = try place.place.run(
            ["python3", "-c", Self.otherWriters, try MotoServer.shared().url, table] + times)
        guard outcome.status == 0 else { throw Failure("put_item: \(outcome)") }
    }

    @Test func `each item that is no record is found, with its key and what is wrong`() throws {
        try DynamoDBPlace.with { place in
            let table = try create(in: place)
            // The emulator answers each segment with everything, so there is one.
            let good = ["2024-01-31T10:00:00Z", "2024-01-31T10:00:00.5+00:00", "2024-01-31T10:00:01z"]
            try put(good, into: table, place)
            let right = try place.command("table", "verify", "--records", "--segments", "1")
            #expect(right.status == 0 && right.lines.count == 12, "\(right)")
            #expect(right.output.contains("3 items, all are records"), "\(right)")
            try put(
                ["2024-01-31T11:00:00+02:00", "2024-01-31t11:00:00Z", "2024-01-31T11:00:00", "META"],
                into: table, place)
            let wrong = try place.command("table", "verify", "--records", "--segments", "1", "--rate", "1000")
            #expect(wrong.status == 1 && wrong.lines.count == 16, "\(wrong)")
            for (key, fault) in [
                (##"{"PK":{"S":"s#2024-01-31"},"SK":{"S":"2024-01-31T11:00:00+02:00#0"}}"##, "not in UTC"),
                (##"{"PK":{"S":"s#2024-01-31"},"SK":{"S":"2024-01-31t11:00:00Z#1"}}"##, "small t"),
                (##"{"PK":{"S":"s#2024-01-31"},"SK":{"S":"2024-01-31T11:00:00#2"}}"##, "no offset"),
                (##"{"PK":{"S":"META"},"SK":{"S":"META"}}"##, "PK does not end with '#' and a day"),
            ] {
                // The emulator writes a space behind each colon.
                let lines = wrong.lines.map { $0.replacing("\": \"", with: "\":\"") }
                #expect(lines.contains { $0.contains(key) && $0.contains(fault) }, "\(key): \(wrong)")
            }
            #expect(wrong.output.contains("7 items, 4 are no records"), "\(wrong)")
            let json = try place.command("table", "verify", "--records", "--json", "--segments", "1")
            #expect(json.status == 1, "\(json)")
            let lines = try json.lines.map { try JSONValue(Data($0.utf8)) }
            #expect(
                lines.count == 5 && lines[4]["records"]["wrong"].int == 4
                    && lines[4]["records"]["read"].int == 7)
            #expect(
                Set(lines.prefix(4).compactMap { $0["key"]["PK"]["S"].string }) == ["s#2024-01-31", "META"])
        }
    }

    @Test
    func `loads list systems, a look at all records makes the list whole, and then no query needs an id`()
        throws
    {
        try DynamoDBPlace.with { place in
            let table = try create(in: place)
            let line =
                #"{"auditId":"a","timestamp":"2024-01-31T10:00:00Z","systemId":"crm","userId":"u","resourceId":"r"}"#
            try place.place.folder.write(line, to: "one.ndjson")
            #expect(try place.command("load", place.place.folder.file("one.ndjson")).status == 0)
            func asked() throws -> Workplace.Outcome {
                try place.command(
                    "query", "--from", "2024-01-31", "--to", "2024-01-31", "--columns", "systemId")
            }
            func verified(_ option: String = "--rate=1000") throws -> Workplace.Outcome {
                try place.command("table", "verify", "--records", "--segments", "1", option)
            }
            #expect(try asked().status == 64, "nobody has called the list whole")
            let unknown = try verified()
            #expect(
                unknown.status == 0 && unknown.output.contains("its list of systems is not complete"),
                "\(unknown)")
            let listed = try verified("--list-systems")
            #expect(
                listed.status == 0 && listed.output.contains("complete: 1, of which 0 were missing"),
                "\(listed)")
            #expect(try asked().lines == ["SYSTEM", "crm"])
            // Another writer lists nothing.
            try put(["2024-01-31T10:00:01Z"], into: table, place)
            #expect(try asked().lines == ["SYSTEM", "crm"])
            let wrong = try verified("--json")
            #expect(wrong.status == 1 && wrong.output.contains("are missing there (s)"), "\(wrong)")
            #expect(try verified("--list-systems").output.contains("complete: 2, of which 1 were missing"))
            #expect(try asked().lines == ["SYSTEM", "s", "crm"] && verified().status == 0)
            #expect(try place.command("table", "verify", "--list-systems").status == 64)
        }
    }

    @Test func `a query that meets an item that is no record says which, and shows nothing short of it`()
        throws
    {
        try DynamoDBPlace.with { place in
            let table = try create(in: place)
            try put(["2024-01-31T10:00:00Z", "2024-01-31T11:00:00+02:00"], into: table, place)
            let query = try place.command("query", "--user", "u", "--json")
            #expect(query.status == 69 && !query.output.contains("\"records\""), "\(query)")
            #expect(query.error.contains("2024-01-31T11:00:00+02:00#1"), "\(query)")
            #expect(query.error.contains("table verify --records"), "\(query)")
        }
    }

    @Test func `a look at the records of no table is 69, and wrong bounds of it are 64`() throws {
        try DynamoDBPlace.with { place in
            let missing = try place.command("table", "verify", "--records")
            #expect(missing.status == 69 && missing.error.contains("ResourceNotFoundException"), "\(missing)")
            for option in ["--rate=0", "--segments=0", "--segments=65"] {
                #expect(try place.command("table", "verify", "--records", option).status == 64, "\(option)")
            }
        }
    }

    @Test func `a check looks at the table too`() throws {
        try DynamoDBPlace.with { place in
            #expect(try place.command("table", "create").status == 0)
            let check = try place.command("check")
            #expect(check.output.contains("ok       store: table live-"), "\(check)")
            #expect(check.output.contains("key PK, SK, of type S"), "\(check)")
            #expect(check.output.contains("warning  table live-"), "\(check)")
        }
    }
}
