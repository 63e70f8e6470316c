internal import Tracing

extension SpanAttributes {
    func text(_ name: String) -> String? {
        guard case .string(let text) = get(name) else { return nil }
        return text
    }

    func number(_ name: String) -> Int64? {
        switch get(name) {
        case .int32(let number): Int64(number)
        case .int64(let number): number
        default: nil
        }
    }

    func flag(_ name: String) -> Bool {
        get(name) == .bool(true)
    }
}
