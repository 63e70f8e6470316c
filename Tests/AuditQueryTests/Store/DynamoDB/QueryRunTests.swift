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

    @Test(arguments: SortOrder.allCases)
    func `A table that gives the same key for ever is an error, one that gives empty pages ends in time`(
        _ order: SortOrder
    ) throws {
        func run(_ budget: Budget, _ key: @escaping (Int) -> String) throws(StoreError) -> RangePage {
            var asked = 0
            let read = RangeRead(
                partition: .user("u"), range: TimeRange(start: nil, end: nil), order: order, after: nil,
                filter: Filter(userId: nil, systemId: nil, resourceId: nil, scope: .all), limit: 10,
                budget: budget)
            return try QueryRun(read, SortKeyRange(read), isFiltered: false) {
                (_, _, _) throws(StoreError) in
                asked += 1
                let text =
                    "{\"Items\":[],\"ScannedCount\":1,\"LastEvaluatedKey\":{\"SK\":{\"S\":\"\(key(asked))\"}}}"
                return try! QueryAnswer(Array(text.utf8))
            }.page()
        }
        let time = "2024-01-31T10:00:00Z#"
        let same = #expect(throws: StoreError.self) { try run(.ample) { _ in time } }
        #expect(same?.code == .unavailable)
        let soon = Budget(soft: .now, deadline: .now + .seconds(60))
        let page = try run(soon) { "\(time)\($0)" }
        #expect(page.records.isEmpty && page.resume != nil)
        let late = #expect(throws: StoreError.self) { try run(.past) { "\(time)\($0)" } }
        #expect(late?.code == .deadline)
    }
}
