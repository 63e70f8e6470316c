import TestSupport
import Testing
@testable import PostgreSQL

@Suite struct ConnectionTests {
    private static func connect(user: String = PostgreSQLServer.owner) throws -> Connection {
        try Connection(ConnectionSettings(PostgreSQLServer.shared().connection("postgres", user: user)))
    }

    private static var soon: ContinuousClock.Instant { .now + .seconds(30) }

    @Test(arguments: [
        "host=db password=SECRET", "postgresql://user:SECRET@db/audit", "host=db sslpassword=SECRET",
        "host=db password=my SECRET", "host=db pasword=SECRET password",
        "postgresql://user:SECRET@db/audit?no=x",
    ])
    func `a password does not belong into a connection string, and is not repeated`(_ text: String) {
        let error = #expect(throws: PostgreSQLError.self) { try ConnectionSettings(text) }
        #expect(error?.kind == .settings)
        #expect(error?.description.contains("SECRET") == false)
    }

    @Test func `what is not said is what does not leave out records or hang`() throws {
        let settings = try ConnectionSettings("host=a,b dbname=audit")
        #expect(settings.value(of: "target_session_attrs") == "primary")
        #expect(settings.value(of: "connect_timeout") == "3")
        let other = try ConnectionSettings("postgresql://a/audit?target_session_attrs=any&connect_timeout=9")
        #expect(other.value(of: "target_session_attrs") == "any")
        let several = try ConnectionSettings("host=a,b hostaddr=10.0.0.1,10.0.0.2 port=5432,5433 user=u")
            .servers
        #expect(several.map(\.host) == ["a", "b"])
        #expect(several.map { $0.value(of: "hostaddr") } == ["10.0.0.1", "10.0.0.2"])
        #expect(several.map { $0.value(of: "port") } == ["5432", "5433"])
        #expect(several.allSatisfy { $0.value(of: "target_session_attrs") == "any" })
        let onePort = try ConnectionSettings("postgresql://u@a,b,c/audit?port=5433").servers
        #expect(onePort.map { $0.value(of: "port") } == ["5433", "5433", "5433"])
        #expect(onePort.map { $0.value(of: "user") } == ["u", "u", "u"])
        let one = try ConnectionSettings("host=a").servers
        #expect(one.count == 1 && one[0].value(of: "target_session_attrs") == "primary")
        #expect(other.value(of: "connect_timeout") == "9")
    }

    @Test func `a password by SCRAM is taken anew for each connection, and a wrong one is in no error`()
        throws
    {
        let owner = try Self.connect()
        try owner.script(
            "DROP ROLE IF EXISTS scram; CREATE ROLE scram LOGIN PASSWORD 'right'", until: Self.soon)
        let text = try PostgreSQLServer.shared().connection("postgres", user: "scram")
        _ = try Connection(ConnectionSettings(text) { () throws(PostgreSQLError) in "right" })
        let wrong = #expect(throws: PostgreSQLError.self) {
            try Connection(ConnectionSettings(text) { () throws(PostgreSQLError) in "WRONG-one" })
        }
        #expect(wrong?.kind == .connection)
        #expect(wrong?.description.contains("WRONG-one") == false)
        #expect(wrong?.description.contains("may be wrong") == true)
        let none = #expect(throws: PostgreSQLError.self) { try Connection(ConnectionSettings(text)) }
        #expect(none?.description.contains("wants a password") == true)
    }

    @Test func `values come back as they were given`() throws {
        let connection = try Self.connect()
        let text = Array("é\u{10FFFF}'\"\\".utf8)
        let parameters: [Parameter] = [
            .text(text), .int8(.min), .int2(-1), .text([]), .null, .texts([text, [], Array("x".utf8)]),
            .int2s([1, -2]), .timestamps([5]), .texts([]),
        ]
        var rows = try connection.rows(
            """
            SELECT $1::text, $2::int8, $3::int2, $4::text, $5::text, ($6::text[])[1], cardinality($6::text[]),
            ($7::int2[])[2], ($8::timestamptz[])[1], cardinality($9::text[]), ($6::text[])[2] = ''
            """, parameters, until: Self.soon)
        let isRow = try rows.next()
        #expect(isRow)
        let bytes = (0..<11).map { rows.bytes($0) }
        let integers = (0..<11).map { rows.integer($0) }
        let nulls = (0..<11).map { rows.isNull($0) }
        let isTrue = rows.isTrue(10)
        #expect(bytes[0] == text && bytes[3] == [] && bytes[5] == text)
        #expect(integers[1] == .min && integers[2] == -1)
        #expect(Array(integers[6...9]) == [3, -2, 5, 0])
        #expect(nulls == (0..<11).map { $0 == 4 })
        #expect(isTrue)
        let isMore = try rows.next()
        #expect(!isMore)
        #expect(connection.isUsable)
    }

    @Test func `rows come one by one, and what is not wanted is taken or costs the connection`() throws {
        let connection = try Self.connect()
        let sql = "SELECT number, repeat('x', 1000) FROM generate_series(1, $1::int8) AS n (number)"
        var rows = try connection.rows(sql, [.int8(10_000)], until: Self.soon)
        var sum: Int64 = 0
        while try rows.next() { sum += rows.integer(0) ?? 0 }
        #expect(sum == 50_005_000)
        var few = try connection.rows(sql, [.int8(10)], until: Self.soon)
        _ = try few.next()
        try few.end(within: 100_000)
        #expect(connection.isUsable)
        var many = try connection.rows(sql, [.int8(100_000)], until: Self.soon)
        _ = try many.next()
        try many.end(within: 100_000)
        #expect(!connection.isUsable)
    }

    @Test func `what the server refuses is an error with its state, and the connection goes on`() throws {
        let connection = try Self.connect()
        for (sql, state) in [("SELECT 1/0", "22012"), ("SELECT FROM nowhere", "42P01"), ("SELEC", "42601")] {
            let error = #expect(throws: PostgreSQLError.self) { try connection.run(sql, until: Self.soon) }
            #expect(error?.state == state)
            #expect(connection.isUsable)
        }
        // In the middle of its rows.
        let error = #expect(throws: PostgreSQLError.self) {
            var rows = try connection.rows(
                "SELECT 1/(5 - number) FROM generate_series(1, 9) AS n (number)", until: Self.soon)
            while try rows.next() {}
        }
        #expect(error?.state == "22012")
        #expect(connection.isUsable)
    }

    @Test func `a deadline that has passed sends nothing, and one that passes spoils the connection`() throws
    {
        let connection = try Self.connect()
        let late = #expect(throws: PostgreSQLError.self) {
            try connection.run("SELECT pg_sleep(60)", until: .now + .milliseconds(50))
        }
        #expect(late?.kind == .deadline)
        #expect(!connection.isUsable && !connection.isBroken)
        connection.cancel()
        let other = try Self.connect()
        let past = #expect(throws: PostgreSQLError.self) { try other.run("SELECT 1", until: .now) }
        #expect(past?.kind == .deadline)
    }

    @Test func `a connection that the server ends is broken`() throws {
        let connection = try Self.connect()
        let error = #expect(throws: PostgreSQLError.self) {
            try connection.run("SELECT pg_terminate_backend(pg_backend_pid())", until: Self.soon)
        }
        #expect(error?.kind == .connection || error?.state == "57P01")
        #expect(!connection.isUsable)
        #expect(throws: PostgreSQLError.self) { try connection.run("SELECT 1", until: Self.soon) }
        #expect(connection.isBroken)
    }

    @Test func `rows are copied whole, or none of them`() throws {
        let connection = try Self.connect()
        try connection.script("CREATE TEMPORARY TABLE copied (number int8, word text)", until: Self.soon)
        let sql = "COPY copied FROM STDIN (FORMAT binary)"
        var rows = CopyRows()
        let word = Array(String(repeating: "w", count: 1000).utf8)
        for number in 0..<3000 { rows.add([.int8(Int64(number)), number == 7 ? .null : .text(word)]) }
        try connection.copy(rows, by: sql, until: Self.soon)
        rows.add([.int8(1)])
        #expect(throws: PostgreSQLError.self) { try connection.copy(rows, by: sql, until: Self.soon) }
        #expect(throws: PostgreSQLError.self) {
            try connection.copy(rows, by: "COPY nowhere FROM STDIN (FORMAT binary)", until: Self.soon)
        }
        var counted = try connection.rows(
            "SELECT count(*), count(word), sum(length(word))::int8 FROM copied", until: Self.soon)
        _ = try counted.next()
        let counts = (0..<3).map { counted.integer($0) }
        #expect(counts == [3000, 2999, 2_999_000])
    }
}
