package import CoreMetrics
internal import Synchronization

/// Makes swift-metrics' counters, timers and gauges, and reads them all. Not to be bootstrapped: whoever
/// records is given it.
///
/// Recording is one or two atomic additions: no lock, no allocation. Making a metric takes a lock, so that is done
/// once. The same label and dimensions give the same metric, which is never forgotten.
package final class MetricRegistry: Sendable {
    /// Metrics that can be made; each costs money every month. More of them keep no numbers.
    package static let maximumMetricCount = 500

    private struct State {
        var cells: [MetricKey: MetricCell] = [:]
        var preparations: [@Sendable () -> Void] = []
    }

    private let descriptions: [String: MetricDescription]
    private let state = Mutex(State())

    /// A registry that knows these metrics' units and helps. Others are counts without help.
    package init(_ descriptions: [MetricDescription]) {
        self.descriptions = Dictionary(descriptions.map { ($0.name, $0) }) { $1 }
    }

    /// Has work done before each snapshot, such as setting gauges, on the thread that takes it.
    package func onSnapshot(_ prepare: @escaping @Sendable () -> Void) {
        state.withLock { $0.preparations.append(prepare) }
    }

    /// All metrics as they stand, ordered by name and dimensions. Resets nothing: who wants an interval's numbers
    /// subtracts an earlier snapshot.
    package func snapshot() -> [MetricSample] {
        for prepare in state.withLock({ $0.preparations }) { prepare() }
        let cells = state.withLock { $0.cells }
        return cells.sorted { $0.key < $1.key }.map { key, cell in
            MetricSample(
                key: key, description: descriptions[key.name] ?? MetricDescription(name: key.name, help: ""),
                value: cell.value)
        }
    }

    /// The cell of a metric, made when there is none; nil when there are too many.
    private func cell(
        _ label: String, _ dimensions: [(String, String)], _ make: () -> MetricCell
    ) -> MetricCell? {
        let key = MetricKey(label, dimensions)
        return state.withLock { state in
            if let cell = state.cells[key] { return cell }
            guard state.cells.count < Self.maximumMetricCount else { return nil }
            let cell = make()
            state.cells[key] = cell
            return cell
        }
    }

    private func handler<Handler>(
        _ label: String, _ cell: MetricCell?, otherwise: Handler, _ handler: (MetricCell) -> Handler?
    ) -> Handler {
        guard let cell else { return otherwise }
        guard let handler = handler(cell) else {
            preconditionFailure("the metric \(label) is made as two different kinds")
        }
        return handler
    }
}

extension MetricRegistry: MetricsFactory {
    /// A counter.
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        handler(label, cell(label, dimensions) { .counter(CounterCell()) }, otherwise: none) {
            if case .counter(let cell) = $0 { cell } else { nil }
        }
    }

    /// A counter of fractions.
    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        handler(label, cell(label, dimensions) { .floatingPointCounter(NumberCell()) }, otherwise: none) {
            if case .floatingPointCounter(let cell) = $0 { cell } else { nil }
        }
    }

    /// A gauge.
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions) ?? none
    }

    /// A recorder; one that does not aggregate is a gauge.
    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return gauge(label, dimensions) ?? none }
        return handler(label, cell(label, dimensions) { .recorder(RecorderCell()) }, otherwise: none) {
            if case .recorder(let cell) = $0 { cell } else { nil }
        }
    }

    /// A timer.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        handler(label, cell(label, dimensions) { .timer(TimerCell()) }, otherwise: none) {
            if case .timer(let cell) = $0 { cell } else { nil }
        }
    }

    private var none: NOOPMetricsHandler { .instance }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> NumberCell? {
        handler(label, cell(label, dimensions) { .gauge(NumberCell()) }, otherwise: nil) {
            if case .gauge(let cell) = $0 { .some(.some(cell)) } else { nil }
        }
    }

    /// Keeps it: a count that begins anew would be taken for one that fell.
    package func destroyCounter(_ handler: any CounterHandler) {}

    /// Keeps it.
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}

    /// Keeps it.
    package func destroyMeter(_ handler: any MeterHandler) {}

    /// Keeps it.
    package func destroyRecorder(_ handler: any RecorderHandler) {}

    /// Keeps it.
    package func destroyTimer(_ handler: any TimerHandler) {}
}
