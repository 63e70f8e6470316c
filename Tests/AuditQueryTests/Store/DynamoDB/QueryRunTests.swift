// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

@testable import AuditQuery
import TestSupport
import Testing

@Suite struct QueryRunTests {
    private let seal = try! CursorSeal(secret: Array("a secret of thirty-two bytes, or more".utf8))

    @Test(arguments: [false, true])
    func `All pages over a table's keys are exactly the matching records, in order, once`(
        _ hasOtherSpellings: Bool
    ) {
        forAll(cases: 40) { random in
            let store = TableModel(random: random.fork())
            var rounds = Rounds(random: random.fork())
            rounds.size = (120, 8)
            rounds.vocabulary.hasOtherSpellings = hasOtherSpellings
            try rounds.fill(store)
            try rounds.ask(store, writer: store, seal)
        }
    }

    @Test(arguments: StoreConformance.checks.map(\.name))
    func `Runs over a table do what every store must`(_ name: String) throws {
        let check = try #require(StoreConformance.checks.first { $0.name == name })
        let store = TableModel(random: SplitMix64(seed: 1))
        try check.run(StoreConformance(store: store, recordsBeforeBudgetStop: 150))
    }
}
