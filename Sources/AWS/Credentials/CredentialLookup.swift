/// What a provider of credentials says. One that is configured but broken throws instead.
enum CredentialLookup {
    case found(Credentials)
    /// It is not configured here, for this reason.
    case absent(String)
}
