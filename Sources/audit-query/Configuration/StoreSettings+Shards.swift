import AuditRecords
import DynamoDBRecords

extension StoreSettings {
    /// Over how many partitions days are to be spread, each from `[system#]day=count`.
    static func shards(_ source: SettingsSource) throws(SettingsError) -> ShardPlan {
        let key = "store.dynamodb.shards"
        var plan = ShardPlan()
        for text in try source.list(key) {
            let entry: ShardPlan.Entry
            do throws(ShardPlanFault) {
                entry = try ShardPlan.Entry(Array(text.utf8))
            } catch {
                throw source.fault(key, "\(text.printable) \(error)")
            }
            guard plan.entry(for: entry.system, since: entry.since) == nil else {
                throw source.fault(key, "names \(text.printable.prefix { $0 != "=" }) twice")
            }
            plan.set(entry)
        }
        guard plan.entries.count <= ShardPlan.mostEntries else {
            throw source.fault(
                key, "has \(plan.entries.count) entries; at most \(ShardPlan.mostEntries) can be")
        }
        return plan
    }
}
