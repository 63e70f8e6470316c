import DynamoDBRecords
import AWS

/// Compares the policies that the table has of its own, region by region. CloudFormation does not see when one is changed outside
/// its stack, so nothing else does.
struct PolicyComparison {
    /// It names VPC endpoints of a region, so each has its own, or none (aws/table.yaml).
    private static let ofOneRegion = "ServiceOnlyThroughEndpoints"

    private var first: (region: String, policy: ResourcePolicy)?

    /// What the next region shows.
    mutating func finding(
        _ inspection: TableInspection, look: () throws(AWSError) -> ResourcePolicy?
    ) -> Finding {
        let policy: ResourcePolicy?
        do throws(AWSError) {
            policy = try look()
        } catch {
            guard error.code != "UnknownOperationException" else {
                return inspection.line(.warning, "no resource policy: this server knows none")
            }
            return inspection.finding(
                of: error, seeking: "its resource policy was", action: "dynamodb:GetResourcePolicy")
        }
        guard let policy else {
            return inspection.unprotected(
                "no resource policy: whoever this account's IAM lets may read and write records")
        }
        guard let first else {
            first = (inspection.region, policy)
            return inspection.line(.ok, "resource policy of \(counted(policy.count, "statement"))")
        }
        let regions = (own: inspection.region, other: first.region)
        guard policy.agrees(with: first.policy, exempt: Self.ofOneRegion, regions: regions) else {
            return inspection.unprotected(
                "its resource policy is not that of \(first.region): one was changed outside its stack")
        }
        return inspection.line(.ok, "resource policy like that of \(first.region)")
    }
}
