/// What keeps a metric's numbers.
enum MetricCell: Sendable {
    case counter(CounterCell)
    case floatingPointCounter(NumberCell)
    case gauge(NumberCell)
    case timer(TimerCell)
    case recorder(RecorderCell)

    var value: MetricSample.Value {
        switch self {
        case .counter(let cell): .count(cell.value)
        case .floatingPointCounter(let cell): .total(cell.value)
        case .gauge(let cell): .gauge(cell.value)
        case .timer(let cell): .distribution(cell.value)
        case .recorder(let cell): .distribution(cell.value)
        }
    }
}
