import Foundation

/// Where a workplace's records are that does not say it: in the embedded store's file, or, with `AUDIT_QUERY_TEST_STORE=postgresql` in
/// the environment of the test program, in a database of its own. So tests that say what every store must do run on both.
enum WorkplaceStore {
    static let isPostgreSQL = ProcessInfo.processInfo.environment["AUDIT_QUERY_TEST_STORE"] == "postgresql"

    /// Keys of the configuration, for a workplace with these.
    static func overrides(beside overrides: [String: String]) throws -> [String: String] {
        guard isPostgreSQL, overrides.keys.allSatisfy({ !$0.hasPrefix("store.") }) else { return [:] }
        let database = try DatabasePlace()
        try database.makeSchema()
        return database.overrides()
    }
}
