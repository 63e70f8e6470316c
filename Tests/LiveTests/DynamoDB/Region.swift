import TestSupport
import Testing

/// A region of a test's own: a server of moto's, with the generated records in a table.
struct Region {
    static let variables = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"]

    let name: String
    let server: MotoServer

    init(_ name: String, requestsBeforeAuthorization count: Int? = nil) throws {
        self.name = name
        server = try MotoServer(requestsBeforeAuthorization: count)
        try withWorkplace(Self.overrides([self])) { place in
            let made = try place.run(
                Self.command(["table", "create"], place))
            guard made.status == 0 else { throw Failure("table create: \(made)") }
            try place.folder.write(
                GeneratedRecords.lines.joined(separator: "\n"), to: "records.ndjson")
            let loaded = try place.run(
                Self.command(["load", place.folder.file("records.ndjson")], place), within: .seconds(300))
            guard loaded.status == 0 else { throw Failure("load: \(loaded)") }
        }
    }

    /// The configuration of a store in these regions.
    static func overrides(_ regions: [Region]) -> [String: String] {
        [
            "store.kind": "dynamodb", "store.dynamodb.regions": regions.map(\.name).joined(separator: ","),
            "store.dynamodb.endpoints": regions.map(\.server.url).joined(separator: ","),
        ]
    }

    /// Runs `audit-query` over these regions, in their order.
    static func run(
        _ words: String..., over regions: [Region], input: [String] = [],
        variables more: [String: String] = [:]
    ) throws -> Workplace.Outcome {
        try withWorkplace(Self.overrides(regions)) { place in
            try place.folder.write(input.joined(separator: "\n"), to: "records.ndjson")
            let words = words.map { $0 == "FILE" ? place.folder.file("records.ndjson") : $0 }
            return try place.run(
                Self.command(words, place, variables.merging(more) { $1 }), within: .seconds(120))
        }
    }

    private static func command(
        _ words: [String], _ place: Workplace, _ variables: [String: String] = variables
    ) -> [String] {
        ["env"] + variables.map { "\($0)=\($1)" } + [Place.program] + words
            + ["--config", place.folder.file("audit-query.yaml")]
    }

    /// An installation over these regions, with AWS's variables for its workers.
    static func installation(
        _ regions: [Region], variables: [String: String] = variables, overrides: [String: String] = [:],
        _ body: (LiveInstallation) throws -> Void
    ) throws {
        let all = Self.overrides(regions).merging(overrides) { $1 }
        try LiveInstallation.with(
            .init(overrides: all, environment: variables, loadsNothing: true), body)
    }
}
