@testable import QueryService
import TestSupport
import Testing
@testable import StoreConformance
@testable import SQLiteRecords
@testable import AuditRecords

/// What a key may not see shows in nothing that it is answered.
@Suite struct PolicyTests {
    @Test func `a narrow key is answered as if nothing else existed`() throws {
        forAll(cases: 15) { random in
            var worlds = try TwoWorlds(random: random.fork(), isErratic: false)
            try worlds.requireAlike()
        }
    }

    /// A page of this store ends where its time does, so not even that tells of records elsewhere.
    /// How the rows of a key's systems are stored depends on others' records, and may decide nothing either: where no attribute is
    /// hidden, the store holds a filter against them.
    @Test(arguments: [Duration.seconds(3600), .zero], [true, false])
    func `the embedded store answers a narrow key as if nothing else existed, also when time is up`(
        _ pageTime: Duration, _ hides: Bool
    ) throws {
        requireAlike(cases: 8, pageTime, hides, SQLiteIndexes())
    }

    /// Indexes of what is hidden and what is not, and of words, which have all records and are asked by keys that see everything.
    @Test(arguments: [Duration.seconds(3600), .zero], [true, false])
    func
        `with indexes the embedded store answers a narrow key as if nothing else existed, also when time is up`(
            _ pageTime: Duration, _ hides: Bool
        ) throws
    {
        let attributes = ["word", "SECRETNAME", "list.at.SECRETPLACE", "open", "list.at.n"]
        requireAlike(
            cases: 6, pageTime, hides,
            SQLiteIndexes(attributes: try attributes.map { try AttributePath($0) }, text: true))
    }

    private func requireAlike(cases: Int, _ pageTime: Duration, _ hides: Bool, _ indexes: SQLiteIndexes) {
        // The store looks at real time, and the service's stands still.
        var settings = ServiceSettings.steady
        (settings.pageTime, settings.deadline) = (pageTime, .seconds(3600))
        forAll(cases: cases) { random in
            let folder = try TemporaryFolder()
            var stores = 0
            var worlds = try TwoWorlds(
                random: random.fork(), isErratic: false, recordCount: hides ? 80 : 400, hides: hides,
                settings: settings
            ) { records in
                stores += 1
                let path = folder.file("\(stores).db")
                let store = SQLiteStore(writing: path, indexes: indexes)
                try store.put(records)
                try store.completeIndexes()
                return SQLiteStore(reading: path)
            }
            try worlds.requireAlike()
        }
    }

    @Test func `a limited key is not told how long the store took, nor where it is`() throws {
        let record = TestRecord.make("a", at: "2024-02-29T12:00:00Z", system: "billing", user: "u")
        let test = try TestService(ScriptedStore([record]))
        let client = try test.client(systems: ["billing"])
        for query in ["userId=u", "userId=none"] {
            for _ in 0..<2 {
                let timing = client.records(query).header("Server-Timing") ?? ""
                #expect(timing.hasPrefix("auth;dur=") && timing.contains(", cache;dur="), "\(timing)")
                #expect(!timing.contains("store") && !timing.contains("desc"), "\(timing)")
                #expect(test.admin.records(query).header("Server-Timing")?.contains(", store;dur=") == true)
            }
        }
    }

    @Test func `nothing of what is hidden stands in any answer to a narrow key`() throws {
        forAll(cases: 15) { random in
            var worlds = try TwoWorlds(random: random.fork(), isErratic: true)
            for _ in 0..<60 {
                let (question, answer, _) = worlds.ask()
                let real = TwoWorlds.withoutAskedKeys(answer, to: question)
                for secret in worlds.secrets where real.contains(secret) {
                    throw Falsified(description: "\(secret) stands in the answer to \(question):\n\(real)")
                }
            }
        }
    }

    @Test func `a hidden record is answered as one that does not exist`() throws {
        let hidden = TestRecord.make("a", at: "2024-02-29T12:00:00Z", system: "payroll", user: "u")
        let test = try TestService(ScriptedStore([hidden]))
        let client = try test.client(systems: ["billing"])
        let id = String(decoding: hidden.key.id, as: UTF8.self)
        let other = TestRecord.make("b", at: "2024-02-29T12:00:00Z", system: "payroll")
        let missing = String(decoding: other.key.id, as: UTF8.self)
        #expect(test.admin.send("GET", "/v1/records/\(id)").status == 200)
        let answers = [id, missing, "garbage"].map { client.send("GET", "/v1/records/\($0)") }
        for answer in answers {
            #expect(answer.isProblem(404))
            #expect(answer.body == answers[0].body)
            #expect(answer.headers == answers[0].headers)
        }
        #expect(client.batch([id]).body == client.batch([missing]).body)
        #expect(client.send("GET", "/v1/records/\(id)") { $0.ifNoneMatch = "*" }.status == 404)
    }

    @Test func `a hidden attribute is left out under every spelling of its name`() throws {
        let record = TestRecord.make(
            "a", at: "2024-02-29T12:00:00Z", user: "u",
            attributes: "{\"ip\":1,\"keep\":{\"ip\":2,\"on\":0},\"\\u0069p2\":3,\"\\u0065\\u0301\":4,\"é\":5}"
        )
        let test = try TestService(ScriptedStore([record]))
        let client = try test.client(hidden: ["ip", "ip2", "\"e\u{301}\""])
        #expect(client.records("userId=u").text.contains("\"attributes\":{\"keep\":{\"on\":0},\"é\":5}}"))
        let all = try test.client(hidden: ["ip", "keep", "ip2", "\"e\u{301}\"", "\"é\""])
        #expect(all.records("userId=u").text.contains("\"attributes\":{}}"))
        let there = try test.client(hidden: ["keep.ip"])
        #expect(there.records("userId=u").text.contains("\"attributes\":{\"ip\":1,\"keep\":{\"on\":0},"))
    }

    @Test func `the scope of an answer is the key's, whatever is asked`() throws {
        let test = try TestService(ScriptedStore())
        let client = try test.client(systems: ["b", "a*", "b"])
        for query in ["userId=u", "userId=u&systemId=b", "systemId=ab"] {
            let scope = client.records(query).json["scope"] as? [String: [String]]
            #expect(Set(scope?["systems"] ?? []) == ["a*", "b"])
        }
        #expect(test.admin.records("userId=u").text.contains("\"scope\":{\"systems\":[\"*\"]}"))
    }
}
