import TestSupport

/// A workplace whose records are in a table of moto's.
struct DynamoDBPlace {
    let place: Workplace
    let table: String

    /// `audit-query …` as a process with AWS's variables.
    func arguments(_ arguments: [String], _ variables: [String: String] = [:]) -> [String] {
        ["env", "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret"]
            + variables.map { "\($0)=\($1)" } + [Place.program] + arguments
            + ["--config", place.folder.file("audit-query.yaml")]
    }

    func command(_ words: String..., variables: [String: String] = [:]) throws -> Workplace.Outcome {
        try place.run(arguments(words, variables))
    }

    /// Runs a body in a place of its own, with a table's name that no other has, and with settings of its own.
    static func with(_ settings: [String: String] = [:], _ body: (DynamoDBPlace) throws -> Void) throws {
        let table = "live-\(UInt64.random(in: .min ... .max))"
        let overrides = [
            "store.kind": "dynamodb", "store.dynamodb.regions": "eu-west-1",
            "store.dynamodb.endpoints": try MotoServer.shared().url,
            "store.dynamodb.table": table,
        ]
        try withWorkplace(overrides.merging(settings) { $1 }) { place in
            try body(DynamoDBPlace(place: place, table: table))
        }
    }
}
