internal import HTTPClient
internal import Logging

/// What providers of credentials need to ask services with.
struct CredentialContext: Sendable {
    let environment: AWSEnvironment
    let http: HTTPClient
    /// Asks the metadata services, whose answers are small and which no proxy stands before.
    let metadata: HTTPClient
    let timing: CredentialTiming
    let log: Logger

    init(_ environment: AWSEnvironment, http: HTTPClient, timing: CredentialTiming, log: Logger) {
        self.environment = environment
        self.http = http
        self.timing = timing
        self.log = log
        var configuration = HTTPClient.Configuration()
        configuration.caFile = environment.caFile
        configuration.maximumBodyBytes = 64 * 1024
        configuration.maximumIdleHandles = 1
        // Asked once an hour: a kept connection would be closed by then.
        configuration.maximumIdleTime = .seconds(5)
        metadata = HTTPClient(configuration)
    }
}
