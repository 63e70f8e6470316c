package import AWS
internal import Foundation
package import Logging
internal import Synchronization

/// Publishes a registry's metrics to CloudWatch, on a thread of its own: one request an interval.
///
/// The intervals of all workers begin together, at whole minutes when they are that long, and carry their begin as
/// timestamp. The requests go out some time later, not all at the same moment.
package final class CloudWatchPublisher: Sendable {
    /// What is published, and how.
    package struct Settings: Sendable {
        /// Such as `DynamoDBProcessor`.
        package var namespace: String
        /// Dimensions of all metrics. Each different value makes all metrics anew, which costs.
        package var dimensions: [MetricKey.Dimension]
        /// CloudWatch keeps whole minutes: shorter ones cost calls and show nothing more.
        package var interval: Duration
        /// How many intervals are kept while CloudWatch is away.
        package var keptIntervals: Int

        /// Settings of their parts.
        package init(
            namespace: String, dimensions: [MetricKey.Dimension], interval: Duration = .seconds(60),
            keptIntervals: Int = 120
        ) {
            self.namespace = namespace
            self.dimensions = dimensions
            self.interval = interval
            self.keptIntervals = keptIntervals
        }
    }

    /// Of the metrics that it makes itself, for the registry.
    package static let descriptions = [
        MetricDescription(
            name: MetricSender.droppedName, help: "Intervals of metrics that never reached CloudWatch")
    ]

    /// What the thread and whoever stops it share.
    private final class Stop: Sendable {
        let wanted = DispatchSemaphore(value: 0)
        let done = DispatchSemaphore(value: 0)
        let deadline = Mutex(ContinuousClock.now)

        /// Waits; whether the end came first.
        func comes(within seconds: Double) -> Bool {
            wanted.wait(timeout: .now() + max(0, seconds)) == .success
        }
    }

    private let stop = Stop()

    /// Starts publishing.
    package init(_ registry: MetricRegistry, to cloudWatch: CloudWatch, _ settings: Settings, log: Logger) {
        let sender = MetricSender(registry, to: cloudWatch, settings, log: log)
        let grid = IntervalGrid(length: settings.interval / .seconds(1))
        let thread = Thread { [stop] in
            Self.run(sender, grid, stop)
            stop.done.signal()
        }
        thread.name = "metrics"
        thread.start()
    }

    deinit { stop.wanted.signal() }

    /// Ends publishing: sends what was recorded up to now, and what still waits, for as long at most. To be called
    /// once, when nothing is recorded any more.
    ///
    /// - Returns: whether the thread ended in time.
    @discardableResult
    package func stop(flushingWithin patience: Duration) -> Bool {
        stop.deadline.withLock { $0 = .now + patience }
        stop.wanted.signal()
        return stop.done.wait(timeout: .now() + patience / .seconds(1)) == .success
    }

    private static func run(_ sender: MetricSender, _ grid: IntervalGrid, _ stop: Stop) {
        var sender = sender
        while true {
            let start = grid.start(at: now)
            guard !stop.comes(within: start + grid.length - now) else { break }
            sender.collect(timestamp: Int64(start))
            guard !stop.comes(within: .random(in: 0...min(5, grid.length / 10))) else { break }
            // Patiently: what is given up too soon may have been taken, and would count twice. A minute's send ends
            // before the next one; shorter intervals become one while CloudWatch is slow.
            sender.send(now: Int64(now), deadline: .now + .seconds(30))
        }
        sender.collect(timestamp: Int64(grid.start(at: now)))
        sender.send(now: Int64(now), deadline: stop.deadline.withLock { $0 })
    }

    /// Seconds since 1970.
    private static var now: Double { Date().timeIntervalSince1970 }
}

/// The intervals that all workers share: they begin at multiples of their length since 1970.
struct IntervalGrid {
    /// Seconds.
    let length: Double

    /// When the interval began that holds a moment, in seconds since 1970.
    func start(at moment: Double) -> Double {
        (moment / length).rounded(.down) * length
    }
}
