/// A role to assume.
struct Role: Sendable {
    let arn: String
    /// How the session is called in CloudTrail; nil for a name of this program's.
    var sessionName: String?
    var externalID: String?
    /// How long the credentials live; nil for STS's hour.
    var seconds: Int?
}
