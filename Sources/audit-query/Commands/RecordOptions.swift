import ArgumentParser

/// What records must be, in the commands that ask for some, but for their times.
struct RecordOptions: ParsableArguments {
    @Option(help: "Who did it. (default: whoever)") var user: String?
    @Option(help: "Which system wrote the record. (default: whichever)") var system: String?
    @Option(help: "What it was done to. (default: whatever)") var resource: String?
    @Option(
        help: ArgumentHelp(
            "What a record must say besides, such as 'outcome eq \"failure\"'. (default: whatever)",
            valueName: "expression"),
        completion: PathCompletion.kind(.filter))
    var filter: String?
    @Option(
        help: ArgumentHelp(
            "1 to 8 words that must all stand in a record, whatever their case. (default: none)",
            valueName: "words"))
    var search: String?

    /// The same as parameters of the interface.
    var parameters: QueryParameters {
        QueryParameters(
            userId: user, systemId: system, resourceId: resource, filter: filter, search: search)
    }
}
