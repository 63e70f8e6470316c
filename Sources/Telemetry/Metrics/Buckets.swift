internal import Synchronization

/// The counts of a distribution while it is recorded.
final class Buckets: Sendable {
    let layout: BucketLayout
    private let counts: InlineArray<1922, Atomic<Int>>

    init(_ layout: BucketLayout) {
        precondition(BucketLayout.bucketCount == 1922, "as many buckets as are laid out")
        self.layout = layout
        counts = InlineArray { _ in Atomic(0) }
    }

    /// Counts one number.
    func add(_ number: Double) {
        counts[layout.index(of: number)].wrappingAdd(1, ordering: .relaxed)
    }

    /// The counts so far. Those that are added meanwhile are in it or in the next one.
    var reading: [Int] { counts.indices.map { counts[$0].load(ordering: .relaxed) } }
}
