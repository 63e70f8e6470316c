/// Whether a table can be restored to any second of its last days
/// (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoveryDescription.html).
package struct PointInTimeRecovery: Sendable, Hashable {
    /// Whether it is on.
    package let isEnabled: Bool
    /// How many days back; nil when it does not say, which is 35.
    package let days: Int?
}

extension PointInTimeRecovery: Decodable {
    private enum Key: String, CodingKey {
        case PointInTimeRecoveryStatus, RecoveryPeriodInDays
    }

    /// Reads `PointInTimeRecoveryDescription`.
    package init(from decoder: any Decoder) throws {
        let recovery = try decoder.container(keyedBy: Key.self)
        isEnabled = try recovery.decode(String.self, forKey: .PointInTimeRecoveryStatus) == "ENABLED"
        days = try recovery.decodeIfPresent(Int.self, forKey: .RecoveryPeriodInDays)
    }
}
