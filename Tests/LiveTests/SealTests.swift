import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

/// An installation whose days are sealed, beside it, for its own folder is not known before.
enum SealedInstallation {
    static let folder = "\(FileManager.default.temporaryDirectory.path)/aq-seals-\(UUID().uuidString)"
    static let options = LiveInstallation.Options(
        overrides: [
            "seal.enabled": "true", "seal.origin": SealPlace.origin, "seal.key-file": "\(folder).key",
            "seal.folder": folder,
        ], lines: SealPlace.lines)
}

/// `/v1/seals` and `/v1/records/{id}/proof` of a whole installation.
@Suite(.live(SealedInstallation.options), .logsOnFailure)
struct SealTests {
    let live: LiveInstallation

    init() throws {
        live = try LiveInstallation.shared
        let place = live.place
        try Self.isSealed.withLock { isSealed in
            guard !isSealed else { return }
            for words in [["seal", "key"], ["seal"]] {
                let outcome = try place.run(
                    [Place.program] + words + ["--config", place.folder.file("audit-query.yaml")])
                guard outcome.status == 0 else { throw Failure("\(words): \(outcome)") }
            }
            isSealed = true
        }
    }

    /// Tests of a suite run at once, and days are sealed before them.
    private static let isSealed = Mutex(false)

    private func client(systems: [String] = [], hidden: [String] = []) throws -> Client {
        live.client(.secret(try live.key("narrow", systems: systems, hidden: hidden)))
    }

    private func id(_ client: Client) throws -> String {
        let page = try client.records(["systemId": "crm", "startDate": "2024-01-02", "endDate": "2024-01-02"])
            .json()
        return try #require(page["records"].elements.first?["id"].string)
    }

    @Test func `a key gets the seals of its systems, and they are not kept`() throws {
        let all = try live.client().get("/v1/seals")
        #expect(all.status == 200 && all["Cache-Control"] == "no-store", "\(all)")
        #expect(try all.json()["seals"].elements.count == 6)
        #expect(try all.json()["checkpoint"].string?.hasPrefix("\(SealPlace.origin)\n6\n") == true)
        let narrow = try client(systems: ["crm"])
        let some = try narrow.get("/v1/seals").json()["seals"].elements
        #expect(some.count == 3 && some.allSatisfy { $0["seal"]["systemId"].string == "crm" })
        #expect(try narrow.get("/v1/seals?systemId=billing").status == 403)
        let day = try narrow.get("/v1/seals?startDate=2024-01-02&endDate=2024-01-02").json()["seals"].elements
        #expect(
            day.count == 1 && day.first?["seal"]["day"].string == "2024-01-02"
                && day.first?["seal"]["count"].int == 10)
        #expect(try narrow.get("/v1/seals?limit=3").status == 400)
    }

    @Test func `a proof holds for who has only the record and the public key`() throws {
        let client = live.client()
        let id = try id(client)
        let proof = try client.get("/v1/records/\(id)/proof")
        #expect(proof.status == 200 && proof["Cache-Control"] == "no-store", "\(proof)")
        let record = try client.get("/v1/records/\(id)")
        let place = live.place
        for (name, answer) in [("proof.json", proof), ("record.json", record)] {
            try place.folder.write(answer.text, to: name)
        }
        func verify(_ record: String) throws -> Workplace.Outcome {
            try place.run([
                "python3", "\(Place.package)/Tests/evidence/verifier.py", "--proof",
                place.folder.file("proof.json"),
                "\(SealedInstallation.folder).key.pub", place.folder.file(record),
            ])
        }
        let outcome = try verify("record.json")
        #expect(outcome.status == 0 && outcome.output.contains("the record is in the log"), "\(outcome)")
        try place.folder.write(record.text.replacing("\"zoë\"", with: "\"zoe\""), to: "forged.json")
        #expect(try verify("forged.json").error.contains("the record is not in the seal"))
    }

    @Test func `a record and its proof, saved to files, are verified by the command`() throws {
        let client = live.client()
        let id = try id(client)
        let place = live.place
        let (proof, record) = (
            try client.get("/v1/records/\(id)/proof").text, try client.get("/v1/records/\(id)").text
        )
        func verify(_ record: String, _ proof: String, _ options: [String] = []) throws -> Workplace.Outcome {
            try place.folder.write(record, to: "one.json")
            try place.folder.write(proof, to: "its-proof.json")
            return try place.run(
                [
                    Place.program, "verify", "--record", place.folder.file("one.json"), "--proof",
                    place.folder.file("its-proof.json"), "--public-key",
                    "\(SealedInstallation.folder).key.pub",
                ] + options)
        }
        let proved = try verify(record, proof)
        #expect(
            proved.status == 0 && proved.output.contains("is proved: one of the 10 records of crm"),
            "\(proved)")
        let kept = try verify(record, proof, ["--kept", "\(SealedInstallation.folder)/checkpoint"])
        #expect(kept.status == 0, "\(kept)")
        let pretty = try place.run(["python3", "-c", Self.respell, place.folder.file("its-proof.json")])
        #expect(try verify(record, pretty.output).status == 0, "another layout is the same proof")
        let json = try JSONValue(Data(proof.utf8))
        let leaf = try #require(json["leaf"].string)
        let wrong = [
            (
                record.replacing("\"zoë\"", with: "\"zoe\""), proof,
                "says something else: this one was changed"
            ),
            (record.replacing("\"id\":\"A", with: "\"id\":\"B"), proof, "its id is another record's"),
            ("{}", proof, "is no record"), (record, "{}", "a member is missing"),
            (
                record, proof.replacing("\"index\":", with: "\"index\":1"),
                "not lead from the record to the seal's root"
            ),
            (record, proof.replacing("\"count\":10", with: "\"count\":11"), "does not lead"),
            (
                record, proof.replacing("\"sealIndex\":", with: "\"sealIndex\":1"),
                "the seal is not in the log"
            ),
            (
                record, proof.replacing(leaf, with: String(repeating: "A", count: 43) + "="),
                "says something else"
            ),
            (
                record, proof.replacing("test\\n6\\n", with: "test\\n7\\n"),
                "its checkpoint has a signature that is not"
            ),
            (record, proof.replacing("/test", with: "/other"), "is of the log"),
        ]
        for (record, proof, told) in wrong {
            let found = try verify(record, proof)
            #expect(found.status == 1 && found.output.contains(told), "\(told): \(found)")
        }
        let other = try client.records([
            "systemId": "crm", "startDate": "2024-01-01", "endDate": "2024-01-01",
        ]).json()
        let otherId = try #require(other["records"].elements.first?["id"].string)
        let found = try verify(try client.get("/v1/records/\(otherId)").text, proof)
        #expect(found.status == 1 && found.output.contains("is of another record"), "\(found)")
        #expect(try verify(record, proof, ["--log-only"]).status == 64)
    }

    private static let respell =
        "import json, sys; print(json.dumps(json.load(open(sys.argv[1])), indent=1, sort_keys=True))"

    @Test func `seals of some systems lead to the checkpoint, without the others`() throws {
        let narrow = try client(systems: ["crm"])
        let answer = try narrow.get("/v1/seals").json()
        #expect(!answer["hashes"].elements.isEmpty && !"\(answer)".contains("billing"))
        #expect(try live.client().get("/v1/seals").json()["hashes"].elements.isEmpty)
        let hidden = try client(hidden: ["details.a"])
        #expect(try !hidden.get("/v1/seals").text.contains("hashes"))
    }

    @Test func `a key that hides anything gets no hash of it`() throws {
        let narrow = try client(hidden: ["details.a"])
        let proof = try narrow.get("/v1/records/\(id(live.client()))/proof")
        #expect(proof.status == 403 && !proof.text.contains("leaf"), "\(proof)")
        let seals = try narrow.get("/v1/seals")
        #expect(
            seals.status == 200 && !seals.text.contains("\"root\"") && !seals.text.contains("\"salt\""),
            "\(seals)")
        #expect(try seals.json()["seals"].elements.count == 6)
    }

    @Test func `of another system's record nothing is told`() throws {
        let narrow = try client(systems: ["billing"])
        let foreign = try narrow.get("/v1/records/\(id(live.client()))/proof")
        #expect(foreign.status == 404 && foreign.text.contains("no record with this id"), "\(foreign)")
        #expect(try narrow.get("/v1/records/AAAA/proof").status == 404)
        #expect(try narrow.get("/v1/records/\(id(live.client()))/proof?x=1").status == 400)
    }
}
