/// Finds credentials where AWS's tools look for them, in their order
/// (docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html).
struct CredentialChain: Sendable {
    let variables: Variables
    let context: CredentialContext

    /// The credentials of the first provider that is configured. Files are read anew each time.
    func credentials(deadline: ContinuousClock.Instant) throws(CredentialError) -> Credentials {
        throw CredentialError("not yet")
    }
}
