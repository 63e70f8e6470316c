package import DemoData
internal import Foundation
package import Testing

/// What a case of a property shows to be wrong.
package struct Falsified: Error, CustomStringConvertible {
    /// What does not hold.
    package let description: String

    /// A fault of its description.
    package init(description: String) {
        self.description = description
    }
}

/// Ends a case of a property when something that must hold does not.
package func require(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws(Falsified) {
    guard holds else { throw Falsified(description: otherwise()) }
}

/// Runs a body with as many seeds, or until an instant. The seed of a case that fails is printed; set as
/// AUDIT_QUERY_TEST_SEED it makes that case the first one.
package func forAll(
    cases: Int, until end: ContinuousClock.Instant? = nil,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: (inout SplitMix64) throws -> Void
) {
    for index in 0..<cases {
        if let end, .now >= end { return }
        let seed = firstSeed &+ UInt64(index)
        var random = SplitMix64(seed: seed)
        do {
            try body(&random)
        } catch {
            Issue.record("\(error)\nAUDIT_QUERY_TEST_SEED=\(seed)", sourceLocation: sourceLocation)
            return
        }
    }
}

private let firstSeed =
    ProcessInfo.processInfo.environment["AUDIT_QUERY_TEST_SEED"].flatMap { UInt64($0) }
    ?? UInt64.random(in: 0..<1 << 48)
