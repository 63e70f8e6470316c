@testable import QueryService
import TestSupport
import Testing
@testable import AuditRecords
@testable import StoreConformance

@Suite struct FreshnessTests {
    private let now = Timestamp(seconds: 1_700_000_000, nanoseconds: 0)

    private func freshness(_ change: (inout ServiceSettings) -> Void) -> Freshness {
        var settings = ServiceSettings.steady
        change(&settings)
        return Freshness(settings: settings)
    }

    @Test func `a lifetime is shortened by whole seconds, at most by its share, and never lengthened`() {
        forAll(cases: 300) { random in
            let seconds = random.number(in: 0...100_000)
            let share = Double(random.number(in: 0...100)) / 100
            let freshness = freshness {
                $0.lifetime = .seconds(seconds)
                $0.lifetimeJitter = share
            }
            let lifetime = freshness.lifetime(now: now, draw: Double(random.number(below: 1000)) / 1000)
            try require(lifetime.components.attoseconds == 0, "\(lifetime) is no whole second")
            try require(lifetime <= .seconds(seconds), "longer than \(seconds) s")
            try require(
                Double(lifetime.components.seconds) >= Double(seconds) * (1 - share) - 1e-6,
                "\(lifetime) of \(seconds) s is less than its share of \(share) allows")
            try require(
                freshness.lifetime(now: now, draw: 0) == .seconds(seconds), "no draw shortens it by nothing")
        }
    }

    @Test func `only a range that ended a day ago lives longer, and only where that is set`() {
        let day: Int64 = 86_400
        let longer = freshness { $0.pastLifetime = .seconds(7200) }
        func lifetime(_ freshness: Freshness, secondsAgo: Int64?, isPartial: Bool = false) -> Duration {
            freshness.lifetime(
                isPartial: isPartial, end: secondsAgo.map { now.advanced(bySeconds: -$0) }, now: now, draw: 0)
        }
        #expect(lifetime(longer, secondsAgo: day) == .seconds(7200))
        #expect(lifetime(longer, secondsAgo: 400 * day) == .seconds(7200))
        for other in [nil, day - 1, 0, -day] { #expect(lifetime(longer, secondsAgo: other) == .seconds(300)) }
        #expect(lifetime(longer, secondsAgo: day, isPartial: true) == .seconds(2))
        #expect(lifetime(freshness { _ in }, secondsAgo: 400 * day) == .seconds(300))
        let shorter = freshness { $0.pastLifetime = .seconds(10) }
        #expect(lifetime(shorter, secondsAgo: day) == .seconds(300), "it never shortens")
    }

    @Test func `clients see the lifetimes, each its own`() throws {
        var settings = ServiceSettings.steady
        settings.lifetimeJitter = 0.05
        settings.pastLifetime = .seconds(86_400)
        let test = try TestService(ScriptedStore(), settings: settings)
        func maxAges(_ query: String) -> [Int] {
            (1...60).compactMap { number in
                test.admin.records("\(query)&limit=\(number)").header("Cache-Control").flatMap {
                    Int($0.split(separator: "=").last ?? "")
                }
            }
        }
        let current = maxAges("userId=u")
        #expect(current.count == 60 && Set(current).count > 3)
        #expect(current.allSatisfy { (285...300).contains($0) })
        let past = maxAges("userId=u&endDate=2024-02-28")
        #expect(past.allSatisfy { (82_080...86_400).contains($0) })
        // The test's clock stands at noon of the first of March, less than a day after the end of this one.
        #expect(maxAges("userId=u&endDate=2024-02-29").allSatisfy { (285...300).contains($0) })
    }
}
