import DynamoDBRecords
import AuditStores
import AWS
import QueryService
import Synchronization

/// Looks at every item of the table, says what is wrong with those that are no records, and how far it has come.
struct RecordInspection {
    private let table: ConfiguredTable
    private let json: Bool
    private let output: Output

    init(_ table: ConfiguredTable, json: Bool) {
        self.table = table
        self.json = json
        output = Output(isShown: Console.isErrorTerminal)
    }

    /// Everything that was looked at. What is wrong is printed at once, for the end may not be reached.
    func run(segments: Int, rate: Int) throws -> TableScan.Progress {
        let place = "table \(table.layout.table) in \(table.regions[0].name)"
        let (json, output) = (json, output)
        let found: TableScan.Progress
        do throws(StoreError) {
            let plan = try table.tableShards.plan(deadline: .now + .seconds(10))
            found = try table.scan(plan: plan, segments: segments, rate: rate).run {
                fault throws(StoreError) in
                try output.print(json ? Self.line(fault) : Self.text(fault, place))
            } onProgress: { progress in
                output.show(progress, segments: segments)
            }
        } catch {
            output.clear()
            if let failure = output.failure { throw failure }
            throw StoreError(
                error.code, "\(error); not all records were looked at (\(output.progress.itemCount) were)")
        }
        output.clear()
        if !json { try Console.output(Self.text(found, place)) }
        return found
    }

    /// `{"key":…,"fault":…}`
    private static func line(_ fault: ItemFault) -> String {
        "{\"key\":\(fault.key),\"fault\":\"\(fault.detail.replacing("\"", with: "\\\""))\"}"
    }

    private static func text(_ fault: ItemFault, _ place: String) -> String {
        Finding(.table, .wrong, "\(place): the item \(fault.key): \(fault.detail)")
            .line(coloured: Console.usesColour)
    }

    private static func text(_ found: TableScan.Progress, _ place: String) -> String {
        let count = found.faultCount
        let verdict =
            count == 0
            ? "all are records" : "\(count) are no records: docs/operations.md says how to mend them"
        return Finding(
            .table, count == 0 ? .ok : .wrong,
            "\(place): \(counted(found.itemCount, "item")), \(verdict); \(counted(Int(found.capacityUnits.rounded(.up)), "read unit"))"
        ).line(coloured: Console.usesColour)
    }

    /// Standard output, and the line on the terminal that is written anew.
    private final class Output: Sendable {
        private struct State {
            var progress = TableScan.Progress()
            var failure: OutputError?
            var start = ContinuousClock.now
            var shown = ContinuousClock.now
        }

        private let isShown: Bool
        private let state = Mutex(State())

        init(isShown: Bool) {
            self.isShown = isShown
        }

        var progress: TableScan.Progress { state.withLock { $0.progress } }

        /// Why nothing more could be printed.
        var failure: OutputError? { state.withLock { $0.failure } }

        /// - Throws: when it cannot be printed, so that nothing more is looked at; why, ``failure`` says.
        func print(_ line: String) throws(StoreError) {
            clear()
            do throws(OutputError) {
                try Console.output(line)
            } catch {
                state.withLock { $0.failure = error }
                throw StoreError(.full, "\(error)")
            }
        }

        func show(_ progress: TableScan.Progress, segments: Int) {
            let line: String? = state.withLock { state in
                state.progress = progress
                guard isShown, state.shown.duration(to: .now) > .milliseconds(200) else { return nil }
                state.shown = .now
                let seconds = max(0.001, state.start.duration(to: .now) / .seconds(1))
                return "\(counted(progress.itemCount, "item")), \(progress.faultCount) wrong, "
                    + "\(Int(progress.capacityUnits / seconds)) read units/s, "
                    + "\(progress.segmentCount) of \(counted(segments, "part")) done"
            }
            if let line { Console.errorInPlace(line) }
        }

        func clear() {
            if isShown { Console.errorInPlace("") }
        }
    }
}
