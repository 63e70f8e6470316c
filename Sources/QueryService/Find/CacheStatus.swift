internal import AuditStores
internal import JSONBytes

/// Where an answer came from, as the Cache-Status header says it (RFC 9211).
enum CacheStatus {
    /// What became of an answer from the store.
    enum Outcome: String {
        /// It is in the cache now.
        case stored = "; stored"
        /// It came from the read of an equal question.
        case collapsed = "; collapsed"
        /// It is too large for the cache.
        case passed = ""
    }

    /// From the cache, fresh for so many seconds more.
    case hit(secondsLeft: Int)
    /// From the store: the cache had nothing.
    case miss(Outcome)
    /// From the store: what the cache had was stale.
    case expired(Outcome)
    /// From the store, because the client said no-cache.
    case refreshed(Outcome)
    /// From the cache though stale, since the store did not answer.
    case stale(detail: StaticString)

    /// What logs and traces call it.
    var name: String {
        switch self {
        case .hit: "hit"
        case .miss(.collapsed), .expired(.collapsed): "collapsed"
        case .miss: "miss"
        case .expired: "expired"
        case .refreshed: "refreshed"
        case .stale: "stale"
        }
    }

    /// Whether the answer came from the read of an equal question.
    var isCollapsed: Bool {
        switch self {
        case .miss(.collapsed), .expired(.collapsed): true
        default: false
        }
    }

    /// Whether the store was read for this answer, and answered.
    var isRead: Bool {
        switch self {
        case .hit, .stale: false
        case .miss, .expired, .refreshed: !isCollapsed
        }
    }

    /// Writes the header's value.
    func append(to bytes: inout [UInt8]) {
        switch self {
        case .hit(let secondsLeft):
            bytes.append(ascii: "audit-query; hit; ttl=")
            bytes.append(decimal: max(0, secondsLeft))
        case .miss(let outcome): Self.append("audit-query; fwd=miss", outcome, to: &bytes)
        case .expired(let outcome): Self.append("audit-query; fwd=stale", outcome, to: &bytes)
        case .refreshed(let outcome): Self.append("audit-query; fwd=request", outcome, to: &bytes)
        case .stale(let detail):
            bytes.append(ascii: "audit-query; fwd=stale; detail=")
            bytes.append(ascii: detail)
        }
    }

    private static func append(_ text: StaticString, _ outcome: Outcome, to bytes: inout [UInt8]) {
        bytes.append(ascii: text)
        bytes.append(contentsOf: outcome.rawValue.utf8)
    }
}

extension StoreDoubt {
    /// What Cache-Status says of it.
    var detail: StaticString {
        switch cause {
        case .standby: "standby"
        case .primaryAlone: "primary-alone"
        }
    }
}
