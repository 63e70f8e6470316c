/// Why there is no answer. Holds no secret: the URL comes without user information and query, and
/// messages are cleared of them and of the headers' values.
package struct HTTPClientError: Error, Sendable, Hashable {
    /// The kinds of failure, fit for a metric's label.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The deadline or the connect timeout passed.
        case timeout
        /// The host's name, or the proxy's, has no address.
        case couldNotResolve
        /// Nobody took the connection.
        case couldNotConnect
        /// The handshake failed, the certificate is not trusted, or the CA file is not usable.
        case tls
        /// Header or body exceed the client's bounds.
        case tooLarge
        /// The answer is not HTTP, or its chunks or its encoding are broken.
        case malformed
        /// The connection ended inside the body.
        case truncated
        /// The connection was closed in order before any byte of an answer.
        case closed
        /// The connection was reset, or broke otherwise.
        case reset
        /// The request cannot be sent as it is: a fault of the caller.
        case invalidRequest
        /// libcurl could not work: no memory, or a build without what is needed.
        case `internal`
    }

    /// How far the exchange had come.
    package enum Stage: String, Sendable, Hashable, CaseIterable {
        /// Before any packet.
        case prepare
        /// Looking the name up.
        case resolve
        /// Connecting.
        case connect
        /// In the TLS handshake.
        case tls
        /// Sending the request.
        case send
        /// Waiting for the answer's first line.
        case wait
        /// Receiving the answer.
        case receive
    }

    /// The kind of failure.
    package let code: Code
    /// How far the exchange had come.
    package let stage: Stage
    /// Whether bytes of the request may have reached the server. If not, it is safe to send again
    /// whatever the request does.
    package let requestMayHaveReachedServer: Bool
    /// The method, and the URL without user information and query.
    package let target: String
    /// What libcurl says, cleared of secrets.
    package let message: String
    /// libcurl's `CURLcode`, 0 where libcurl was not asked.
    package let curlCode: Int
}

extension HTTPClientError {
    /// A failure before any packet.
    static func unsent(
        _ code: Code, _ message: String, target: String, curlCode: Int = 0
    ) -> HTTPClientError {
        HTTPClientError(
            code: code, stage: .prepare, requestMayHaveReachedServer: false, target: target,
            message: message, curlCode: curlCode)
    }
}

extension HTTPClientError: CustomStringConvertible {
    /// One line: code, stage, target, libcurl's message and number.
    package var description: String {
        let curl = curlCode == 0 ? "" : " (curl \(curlCode))"
        return "\(code.rawValue) at \(stage.rawValue), \(target): \(message)\(curl)"
    }
}
