/// Where an answer came from, as the Cache-Status header says it (RFC 9211).
enum CacheStatus {
    /// From the cache, fresh for so many seconds more.
    case hit(secondsLeft: Int)
    /// From the store: the cache had nothing.
    case miss(isCollapsed: Bool)
    /// From the store: what the cache had was stale.
    case expired(isCollapsed: Bool)
    /// From the store, because the client said no-cache.
    case refreshed
    /// From the cache though stale, since the store did not answer.
    case stale(detail: StaticString)

    var header: String {
        switch self {
        case .hit(let secondsLeft): "audit-query; hit; ttl=\(secondsLeft)"
        case .miss(let isCollapsed): "audit-query; fwd=miss; \(isCollapsed ? "collapsed" : "stored")"
        case .expired(let isCollapsed): "audit-query; fwd=stale; \(isCollapsed ? "collapsed" : "stored")"
        case .refreshed: "audit-query; fwd=request; stored"
        case .stale(let detail): "audit-query; fwd=stale; detail=\(detail)"
        }
    }
}
