import AuditRecords
import AuditStores
import DynamoDBRecords
import Evidence
import Foundation
import QueryService
import SQLiteRecords

/// A store at one end of a copy: what its configuration names, and which days it has.
struct CopyEnd {
    let settings: Settings
    let store: ConfiguredStore
    private let composition: Composition
    private let variables: [String: String]
    /// Read units a second that a look at a table's days may take.
    private let scanRate: Int

    /// Opens what the configuration at a path names, which an option gave. A variable of ours in the process's environment would
    /// stand before both configurations, so there may be none.
    init(
        _ path: String, option: String, environment: [String: String], scanRate: Int
    ) throws(SettingsError) {
        let overriding = environment.keys.filter { $0.hasPrefix("AUDIT_QUERY_STORE_") }.sorted()
        guard overriding.isEmpty else {
            throw SettingsError(
                description:
                    "\(overriding.joined(separator: ", ")) would stand before both configurations: unset it, and write it "
                    + "into the file that it is for")
        }
        variables = environment
        do throws(SettingsError) {
            settings = try Settings(SettingsSource(path: path, environment: environment))
            composition = try Composition(
                settings, instruments: Instruments(log: .standardError(settings)), variables: environment)
            store = try composition.store(for: .read)
        } catch {
            throw SettingsError(description: "\(option): \(error.description)")
        }
        self.scanRate = scanRate
    }

    var records: any RecordStore { store.records }

    /// The same, for writing; made where it is a file that is not there yet.
    func writer() throws -> ConfiguredStore {
        let writer = try composition.store(for: .write)
        try writer.records.probe()
        try writer.completeIndexes { _ in }
        return writer
    }

    /// Each system's days of which there are records, and how many there are.
    ///
    /// Costs a walk through an index; of a DynamoDB table, which has none of days, a scan of all of it.
    func days() throws -> [SealedDay: Int] {
        if case .dynamodb = store {
            let log = Instruments(log: .standardError(settings)).log
            guard let table = try ConfiguredTable(settings, variables: variables, log: log) else {
                return [:]
            }
            let days = try table.scan(plan: nil, segments: 4, rate: scanRate).days()
            return Dictionary(
                days.lazy.flatMap { system, days in
                    days.lazy.map { (SealedDay(systemId: system, day: $0.key), $0.value) }
                }, uniquingKeysWith: +)
        }
        let reader = DayRecords(records)
        var found: [SealedDay: Int] = [:]
        for system in try reader.systems() {
            for (day, count) in try counts(of: system, by: reader) {
                found[SealedDay(systemId: system, day: day)] = count
            }
        }
        return found
    }

    private func counts(of system: Identifier, by reader: DayRecords) throws(StoreError) -> [Day: Int] {
        let all = TimeRange(start: .startOfTime, end: .endOfTime)
        guard let counts = try reader.counts(of: system, in: all) else {
            throw StoreError(.unavailable, "\(store.name) cannot tell which days it has")
        }
        return counts
    }
}
