import Foundation
import TestSupport
import Testing

/// The drill of docs/disaster-recovery.md where days are sealed: seals say what the damage was, and that what came out of the
/// backup has none of it. Tests/aws/test_recovery.py has the rest of it, with the rights that it needs.
@Suite(
    .live, .logsOnFailure,
    .enabled(if: MotoServer.isInstalled, "moto_server is not installed: scripts/test installs it"))
struct RecoveryDrillTests {
    @Test func `seals name what was damaged, and nothing in the table that was restored`() throws {
        let endpoint = try MotoServer.shared().url
        try DynamoDBPlace.with(["store.dynamodb.systems": "billing,crm"]) { place in
            let (workplace, table) = (place.place, place.table)
            let restored = "\(table)-restored-1"
            func run(_ words: [String], _ variables: [String: String] = [:]) throws -> Workplace.Outcome {
                try workplace.run(place.arguments(words, variables), within: .seconds(120))
            }
            func recovery(_ words: String...) throws -> Workplace.Outcome {
                let variables = [
                    "AWS_REGION=eu-west-1", "AWS_ENDPOINT_URL=\(endpoint)", "AWS_ACCESS_KEY_ID=AKIDEXAMPLE",
                    "AWS_SECRET_ACCESS_KEY=secret",
                ]
                return try workplace.run(
                    ["env"] + variables + ["python3", "\(Place.package)/aws/recovery"] + words,
                    within: .seconds(120))
            }
            try SealPlace(place: workplace).seal(SealPlace.recentLines()) { try run($0) }
            let backup = try recovery("backup", table)
            #expect(backup.status == 0, "\(backup)")

            // A load puts other records in the place of three.
            let changed = SealPlace.recentLines().enumerated().filter { $0.offset % 3 == 1 }.prefix(3).map(
                \.element)
            let damage = changed.map { $0.replacing("zoë", with: "nobody") }.joined(separator: "\n")
            try workplace.folder.write(damage + "\n", to: "damage.ndjson")
            let load = try run(["load", workplace.folder.file("damage.ndjson")])
            #expect(load.status == 0 && load.output.contains("3 replaced"), "\(load)")
            let damaged = try run(["verify"])
            #expect(
                damaged.status == 1 && damaged.lines.count { $0.contains("changed: ") } == 3, "\(damaged)")

            let arn = backup.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let done = try recovery("restore", table, "--to", restored, "--backup", arn)
            #expect(done.status == 0, "\(done)")
            let whole = try run(["verify"], ["AUDIT_QUERY_STORE_DYNAMODB_TABLE": restored])
            #expect(whole.status == 0 && whole.output.contains("6 sealed days read, 60 records"), "\(whole)")
            // What no seal covers is compared item by item, which says the same.
            let compared = try recovery("compare", table, restored)
            let days = compared.lines.filter { $0.contains("  differs: ") }.map { $0.prefix(10) }
            #expect(compared.status == 1 && days == [SealPlace.recentDay(2)], "\(compared)")
        }
    }
}
