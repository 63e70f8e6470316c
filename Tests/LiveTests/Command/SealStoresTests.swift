import Foundation
import TestSupport
import Testing

/// The same records give the same seals, whatever store they are in and however it spells their numbers.
@Suite(
    .live, .logsOnFailure,
    .enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct SealStoresTests {
    /// Where nobody has listed them in the table.
    private static let systems = ["AUDIT_QUERY_STORE_DYNAMODB_SYSTEMS": "billing,crm"]

    /// System, day, number and root of each seal.
    private func seals(_ log: String) throws -> Set<[String]> {
        try Set(
            log.split(separator: "\n").map { line in
                let seal = try JSONValue(Data(line.utf8))
                return try [
                    #require(seal["systemId"].string), #require(seal["day"].string),
                    "\(#require(seal["count"].int))",
                    #require(seal["root"].string),
                ]
            })
    }

    @Test
    func `seals of the embedded store are those of DynamoDB, and exports of both are held against either`()
        throws
    {
        let lines = SealPlace.recentLines()
        try SealPlace.with(lines) { embedded in
            #expect(try embedded.command("seal").status == 0)
            try DynamoDBPlace.with { place in
                let other = SealPlace(place: place.place)
                try other.seal(lines) { words in
                    try place.place.run(place.arguments(words, Self.systems), within: .seconds(120))
                }
                let here = try seals(embedded.place.folder.text("seals/seals.ndjson"))
                let there = try seals(place.place.folder.text("seals/seals.ndjson"))
                #expect(here.count == 6 && here == there)
                // What DynamoDB has is exported, and held against the log of the embedded store.
                let out = place.place.folder.file("out")
                let exported = try place.place.run(
                    place.arguments(
                        ["export", "--from", "-30d", "--output", "\(out)/records.ndjson"], Self.systems))
                #expect(exported.status == 0, "\(exported)")
                try verify(out, of: other)
            }
        }
    }

    @Test func `seals of the embedded store are those of PostgreSQL, whose exports are held against them`()
        throws
    {
        let lines = SealPlace.recentLines()
        try SealPlace.with(lines) { embedded in
            #expect(try embedded.command("seal").status == 0)
            try withWorkplace(DatabasePlace().overrides()) { place in
                let other = SealPlace(place: place)
                func run(_ words: [String]) throws -> Workplace.Outcome {
                    try place.run(
                        [Place.program] + words + ["--config", place.folder.file("audit-query.yaml")])
                }
                try other.seal(lines, run: run)
                let here = try seals(embedded.place.folder.text("seals/seals.ndjson"))
                let there = try seals(place.folder.text("seals/seals.ndjson"))
                #expect(here.count == 6 && here == there)
                let out = place.folder.file("out")
                let exported = try run(["export", "--from", "-30d", "--output", "\(out)/records.ndjson"])
                #expect(exported.status == 0, "\(exported)")
                try verify(out, of: other)
            }
        }
    }

    @Test func `of PostgreSQL days of any age are sealed, and none is older than those that are told`() throws
    {
        try withWorkplace(DatabasePlace().overrides()) { place in
            let sealed = SealPlace(place: place)
            // Those of 2024.
            try sealed.seal(SealPlace.lines) { words in
                try place.run(
                    [Place.program] + words + ["--config", place.folder.file("audit-query.yaml")])
            }
            #expect(try seals(place.folder.text("seals/seals.ndjson")).count == 6)
            // One comes late, into a sealed day, and one of a day that nobody has sealed.
            let late = ["2024-01-02", "2023-05-01"].map {
                #"{"auditId":"late","timestamp":"\#($0)T10:00:00Z","systemId":"crm","userId":"u","resourceId":"r"}"#
            }
            try place.folder.write(late.joined(separator: "\n") + "\n", to: "late.ndjson")
            #expect(try sealed.command("load", place.folder.file("late.ndjson")).status == 0)
            let old = try sealed.command("retain", "--before", "2024-01-01")
            #expect(old.output.contains("kept: crm on 2023-05-01: not sealed"), "\(old)")
            let again = try sealed.command("seal")
            #expect(again.status == 0 && again.lines.count { $0.hasPrefix("seal ") } == 2, "\(again)")
            let gone = try sealed.command("retain", "--before", "2024-01-03", "--delete")
            #expect(gone.output.contains("deleted: crm, 3 days from 2023-05-01 to 2024-01-02"), "\(gone)")
            let end = try sealed.command("retain", "--before", "2024-01-03")
            #expect(end.status == 0 && end.output == "No record is older than 2024-01-03.\n", "\(end)")
        }
    }

    /// Holds an export against the seals that it brought along.
    private func verify(_ export: String, of place: SealPlace) throws {
        let verified = try place.place.run(
            [Place.program, "verify", "--export", export, "--public-key", "\(place.key).pub"])
        #expect(
            verified.status == 0 && verified.output.contains("6 sealed days whole, 60 records"), "\(verified)"
        )
    }
}
