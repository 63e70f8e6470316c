import AuditRecords
import AuditStores
import DynamoDBRecords

/// Looks over how many partitions a table spreads its days, and whether that is what the configuration wishes.
struct ShardInspection {
    /// What the configuration wishes.
    let wishes: ShardPlan
    let now: Timestamp

    /// What there is to say of a plan; nothing where no day is spread and none is to be.
    func findings(of plan: Result<ShardPlan, StoreError>) -> [(Finding.State, String)] {
        do throws(StoreError) {
            let plan = try plan.get()
            guard !plan.isEmpty || !wishes.isEmpty else { return [] }
            return [
                (.ok, plan.isEmpty ? "no day is spread over shards" : "days are spread over shards: \(plan)")
            ]
                + [wish(plan)].compactMap(\.self)
        } catch {
            // Only a lack of rights says nothing about the next look.
            guard !error.description.contains("AccessDenied") else {
                return [
                    (.warning, "its plan of shards was not looked at: these credentials lack dynamodb:Query")
                ]
            }
            return [(.wrong, "its plan of shards was not looked at: \(error)")]
        }
    }

    /// What is wished and is not.
    private func wish(_ plan: ShardPlan) -> (Finding.State, String)? {
        do throws(StoreError) {
            let wished = try plan.with(wishes, now: now)
            guard wished != plan else { return nil }
            return (
                .warning,
                "store.dynamodb.shards wishes \(wishes): the next load writes it into the table's plan. All workers and loaders "
                    + "must know of shards by then"
            )
        } catch {
            return (.wrong, "loads are refused: \(error)")
        }
    }

    /// What there is to say of records that are in no shard though their days have them; nil where there are none.
    static func strays(_ count: Int) -> String? {
        guard count > 0 else { return nil }
        return
            "\(counted(count, "record")) of spread days \(count == 1 ? "is" : "are") in no shard: written by a program that knows none, or "
            + "before their days were spread. Queries find them; if more come, find out who writes there"
    }
}
