import CCurl
import Glibc

/// What a client's handles share: the DNS cache and the TLS sessions. Not connections, which libcurl
/// cannot share between threads.
///
/// Shared, not per handle: with one connection a handle, a cache of the handle's own would hardly ever
/// be asked twice, and hundreds of handles that connect at once would each look up the same name and
/// each make a full handshake.
///
/// `@unchecked Sendable`: libcurl takes the lock of the data it touches; nothing else changes.
final class CurlShare: @unchecked Sendable {
    /// libcurl's handle, to be given to `CURLOPT_SHARE`.
    let share: UnsafeMutableRawPointer
    private let locks: UnsafeMutablePointer<pthread_mutex_t>
    private static let lockCount = Int(CURL_LOCK_DATA_LAST.rawValue)

    /// Nil when there is no memory.
    init?() {
        guard let share = curl_share_init() else { return nil }
        self.share = share
        // Locked by one callback and unlocked by another: a Mutex with its closure does not fit.
        locks = .allocate(capacity: Self.lockCount)
        for index in 0..<Self.lockCount {
            let status = pthread_mutex_init(locks + index, nil)
            precondition(status == 0, "pthread_mutex_init")
        }
        let statuses = [
            ccurl_share_context(share, locks),
            ccurl_share_lock(share) { _, data, _, context in
                guard let mutex = CurlShare.mutex(of: data, in: context) else { return }
                pthread_mutex_lock(mutex)
            },
            ccurl_share_unlock(share) { _, data, context in
                guard let mutex = CurlShare.mutex(of: data, in: context) else { return }
                pthread_mutex_unlock(mutex)
            },
            ccurl_share_data(share, CURL_LOCK_DATA_DNS),
            ccurl_share_data(share, CURL_LOCK_DATA_SSL_SESSION),
        ]
        guard statuses.allSatisfy({ $0 == CURLSHE_OK }) else { return nil }
    }

    deinit {
        let status = curl_share_cleanup(share)
        precondition(status == CURLSHE_OK, "a handle outlived its client's share")
        for index in 0..<Self.lockCount { pthread_mutex_destroy(locks + index) }
        locks.deallocate()
    }

    private static func mutex(
        of data: curl_lock_data, in context: UnsafeMutableRawPointer?
    ) -> UnsafeMutablePointer<pthread_mutex_t>? {
        context.map { $0.assumingMemoryBound(to: pthread_mutex_t.self) + Int(data.rawValue) }
    }
}
