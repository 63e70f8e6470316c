internal import Cryptography
internal import struct FoundationEssentials.Date
package import HTTPClient

/// An address of AWS to which bodies are posted that are no operation's, such as those of OpenTelemetry's protocol.
package struct SignedAddress: Sendable {
    /// Such as `https://xray.eu-west-1.amazonaws.com/v1/traces`.
    package let url: String

    private let endpoint: Endpoint
    private let path: String
    private let signer: RequestSigner
    private let credentials: CredentialSource

    /// An address of an endpoint.
    ///
    /// - Parameters:
    ///   - endpoint: the service's in its region.
    ///   - path: begins with `/`, and has nothing to be escaped.
    ///   - service: what signatures call the service, such as `xray`.
    ///   - credentials: whose requests they are.
    package init(_ endpoint: Endpoint, path: String, service: String, credentials: CredentialSource) {
        (self.endpoint, self.path, self.credentials) = (endpoint, path, credentials)
        url = endpoint.url.dropLast() + path
        signer = RequestSigner(region: endpoint.region, service: service)
    }

    /// A request's headers with those that sign it and its body, now. Blocks while credentials are looked for.
    ///
    /// - Throws: ``AWSError`` where there are none.
    package func signed(
        _ headers: HTTPHeaders, body: [UInt8], until deadline: ContinuousClock.Instant
    ) throws(AWSError) -> HTTPHeaders {
        let current: Credentials
        do throws(CredentialError) {
            current = try credentials.current(deadline: deadline)
        } catch {
            throw AWSError(.noCredentials, error.description)
        }
        do {
            return try signer.signed(
                headers, body: body, host: endpoint.host, path: path, credentials: current, at: Date())
        } catch {
            throw AWSError(.local, error.description)
        }
    }
}
