import Synchronization

/// A synchronous HTTP client for threads that may block, over libcurl.
///
/// A request keeps its thread from start to answer; never call it from a Swift task. Any number of
/// threads may share a client, and should, since its connections stay alive for the next request.
/// No redirects, no cookies, no proxy but the configured one, only `http` and `https`.
///
/// Sending again: where a reused connection turns out to have been closed by the server before one byte
/// of an answer, libcurl sends the request once more on a new connection, whatever its method.
///
/// SIGPIPE must be ignored or handled by the process with libcurl before 7.87; later ones raise none.
package final class HTTPClient: Sendable {
    private let configuration: Configuration
    private let share: CurlShare?
    private let pool: Mutex<HandlePool>

    /// Makes a client. Opens nothing: files and connections are met by the first request.
    package init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
        share = CurlLibrary.isReady ? CurlShare() : nil
        pool = Mutex(
            HandlePool(
                maximumCount: configuration.maximumIdleHandles,
                maximumIdleTime: configuration.maximumIdleTime))
    }

    /// How many handles, each with its connection, wait for the next request.
    package var idleHandles: Int { pool.withLock { $0.count } }

    /// Sends a request and waits for its whole answer.
    ///
    /// Blocks until the answer is complete or the deadline passes. On a kept connection it costs some
    /// 12 µs beside libcurl's own time.
    ///
    /// - Returns: The answer, whatever its status.
    /// - Throws: `HTTPClientError`, when there is no complete answer within the bounds.
    package func perform(_ request: HTTPRequest) throws(HTTPClientError) -> HTTPResponse {
        let target = try target(of: request)
        let handle = try handle(for: target)
        let transfer = Transfer(
            request: request, target: target, configuration: configuration, handle: handle)
        // After an error the handle goes, and its connection with it: what the connection is worth is
        // unknown, and the next attempt is to look the name up and connect anew.
        let response = try transfer.run()
        let gone = pool.withLock { $0.put(handle, for: target.origin, now: .now) }
        // Freed here, after the lock.
        withExtendedLifetime(gone) {}
        return response
    }

    private func target(of request: HTTPRequest) throws(HTTPClientError) -> RequestTarget {
        let target: RequestTarget
        do throws(InvalidURL) {
            target = try RequestTarget(url: request.url, unixSocketPath: request.unixSocketPath)
        } catch {
            throw .unsent(.invalidRequest, error.reason, target: "(not a URL)")
        }
        if let fault = RequestCheck.fault(in: request, target: target) {
            throw .unsent(.invalidRequest, fault, target: target.redactedURL)
        }
        return target
    }

    private func handle(for target: RequestTarget) throws(HTTPClientError) -> EasyHandle {
        if let idle = pool.withLock({ $0.take(for: target.origin, now: .now) }) { return idle }
        if let share, let new = EasyHandle(share: share) { return new }
        throw .unsent(.internal, "libcurl could not be initialised", target: target.redactedURL)
    }
}
