// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import TestSupport
import Testing
@testable import AuditRecords
@testable import AuditStores
@testable import StoreConformance

@Suite struct PlanTests {
    private let day = Day(year: 2024, month: 2, day: 28)!

    @Test func `a resource is read from its own index, whatever else is named`() {
        let range = TimeRange(start: day.start, end: nil)
        let query = RecordQuery(userId: "u", systemId: "s", resourceId: "r", range: range)
        let plan = Plan(query, scope: .all)
        #expect(plan.steps == [.init(partition: .resource("r"), range: range)])
        #expect(plan.restriction == Restriction(userId: "u", systemId: "s", resourceId: nil, scope: .all))
    }

    @Test func `a user is read from its own index, and a system besides is filtered`() {
        let scope = SystemScope(patterns: ["s*"])
        let plan = Plan(RecordQuery(userId: "u", systemId: "s"), scope: scope)
        #expect(plan.steps.map(\.partition) == [.user("u")])
        #expect(plan.restriction == Restriction(userId: nil, systemId: "s", scope: scope))
    }

    @Test func `a system alone is read day by day in the order of the answer, each day cut to the range`() {
        let start = day.start.advanced(bySeconds: 10, nanoseconds: 1)
        let end = Day(daysSince1970: day.daysSince1970 + 2).start.advanced(bySeconds: 0, nanoseconds: 5)
        var query = RecordQuery(systemId: "s", range: TimeRange(start: start, end: end), order: .ascending)
        let days = (0...2).map { Day(daysSince1970: day.daysSince1970 + $0) }
        let ranges = [
            TimeRange(start: start, end: days[0].end), TimeRange(start: days[1].start, end: days[1].end),
            TimeRange(start: days[2].start, end: end),
        ]
        let steps = zip(days, ranges).map { Plan.Step(partition: .systemDay("s", $0), range: $1) }
        #expect(Plan(query, scope: .all).steps == steps)
        query.order = .descending
        #expect(Plan(query, scope: .all).steps == steps.reversed())
        #expect(Plan(query, scope: .all).restriction == Restriction(scope: .all))
    }

    @Test func `a range that ends at midnight does not touch the day after`() {
        let query = RecordQuery(systemId: "s", range: TimeRange(start: day.start, end: day.end))
        #expect(Plan(query, scope: .all).steps.map(\.partition) == [.systemDay("s", day)])
    }

    @Test func `the last day of time is read to its end`() {
        let last = Day(year: 9999, month: 12, day: 31)!
        let query = RecordQuery(systemId: "s", range: TimeRange(start: last.start, end: nil))
        let steps = Plan(query, scope: .all).steps
        #expect(steps.map(\.partition) == [.systemDay("s", last)])
        #expect(steps.first?.range.contains(Timestamp.endOfTime.advanced(bySeconds: -1)) == true)
    }

    @Test func `the parts of a plan cover the range once, whatever it is`() {
        forAll(cases: 300) { random in
            let vocabulary = Vocabulary(&random)
            let query = vocabulary.query(&random)
            let plan = Plan(query, scope: .all)
            for instant in vocabulary.instants {
                let covering = plan.steps.count { step in
                    let isInDay =
                        if case .systemDay(_, let day) = step.partition { day == instant.day } else { true }
                    return isInDay && RecordModel.isIn(step.range, instant)
                }
                let expected = RecordModel.isIn(query.range, instant) ? 1 : 0
                try require(
                    covering == expected, "\(instant) is covered \(covering) times by the plan of \(query)")
            }
        }
    }
}
