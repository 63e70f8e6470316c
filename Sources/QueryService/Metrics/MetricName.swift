/// The metrics of a worker. The names are part of the interface: alarms and dashboards are built on them.
package enum MetricName: String, CaseIterable, Sendable {
    case querySuccess = "QuerySuccess"
    case queryRejected = "QueryRejected"
    case queryError = "QueryError"
    case queryDuration = "QueryDuration"
    case cacheHit = "CacheHit"
    case cacheMiss = "CacheMiss"
    case staleAnswers = "StaleAnswers"
    case recordsRetrieved = "RecordsRetrieved"
    case recordsFiltered = "RecordsFiltered"
    case recordsKept = "RecordsKept"
    case recordsCounted = "RecordsCounted"
    case storeDuration = "StoreDuration"
    case storeRequests = "StoreRequests"
    case storeRetries = "StoreRetries"
    case storeThrottles = "StoreThrottles"
    case storeErrors = "StoreErrors"
    case storeReads = "StoreReads"
    case consumedCapacity = "ConsumedCapacity"
    case requestsShed = "RequestsShed"
    case cacheEvictions = "CacheEvictions"
    case cacheBytes = "CacheBytes"
    case cacheEntries = "CacheEntries"
    case storeWaiting = "StoreWaiting"
    case threadsBusy = "ThreadsBusy"
    case followersWaiting = "FollowersWaiting"
    case keysLoaded = "KeysLoaded"
    case auditEventsLost = "AuditEventsLost"
    case sealAge = "SealAge"
    case sealFaults = "SealFaults"
    case forwardLag = "ForwardLag"
    case forwardRefused = "ForwardRefused"
    case forwarderLag = "ForwarderLag"
    case forwarderBacklog = "ForwarderBacklog"
    case forwarderRefused = "ForwarderRefused"
    case forwarderSilence = "ForwarderSilence"

    /// The dimension of those of one forwarder.
    package static let forwarder = "Forwarder"

    /// What a value counts.
    package enum Unit: Sendable {
        case count, milliseconds, bytes
    }

    /// What a value counts.
    package var unit: Unit {
        switch self {
        case .queryDuration, .storeDuration: .milliseconds
        case .cacheBytes: .bytes
        default: .count
        }
    }

    /// What it tells, in a sentence without its full stop.
    package var help: String {
        switch self {
        case .querySuccess: "Queries answered 2xx or 304"
        case .queryRejected: "Queries answered 4xx, which is the caller's fault"
        case .queryError: "Queries answered 5xx"
        case .queryDuration: "Time from a query's receipt to its finished answer, rejected ones left out"
        case .cacheHit: "Queries answered from the fresh cache"
        case .cacheMiss: "Queries that needed the store"
        case .staleAnswers: "Stale answers given because the store failed"
        case .recordsRetrieved: "Records in answers"
        case .recordsFiltered: "Records from the store that a filter or a search was held against"
        case .recordsKept: "Those of them that passed, and were answered with or counted"
        case .recordsCounted: "Records that counts found in the store"
        case .storeDuration: "Time that a miss waited for the store"
        case .storeRequests: "Requests sent to the store's region, repeated ones included"
        case .storeRetries: "Requests that repeated a failed one"
        case .storeThrottles: "Requests that the store throttled"
        case .storeErrors: "Queries for which the store failed"
        case .storeReads: "Queries that a region of the store answered"
        case .consumedCapacity: "Read capacity units that queries cost"
        case .requestsShed: "Misses not admitted, since worker.store-limit threads waited on the store"
        case .cacheEvictions: "Answers dropped from the cache to make room"
        case .cacheBytes: "Bytes that the cached answers count for"
        case .cacheEntries: "Answers in the cache"
        case .storeWaiting: "Threads that wait on the store"
        case .threadsBusy: "Threads that answer a request"
        case .followersWaiting: "Requests that wait for a record to come, and hold no thread"
        case .keysLoaded: "API keys in force"
        case .auditEventsLost: "Reads that are missing from the audit trail"
        case .sealAge: "Whole hours since a run of seal last ended"
        case .sealFaults: "Days sealed anew in 7 days since records had vanished or changed"
        case .forwardLag: "Whole seconds that the forwarder is behind which is furthest behind"
        case .forwardRefused: "Records in all forwarders' files of dead letters"
        case .forwarderLag: "Whole seconds ago up to which all that came into the store is with the far end"
        case .forwarderBacklog: "Records at most that are not with the far end yet"
        case .forwarderRefused: "Records in the forwarder's file of dead letters"
        case .forwarderSilence: "Whole seconds since the far end last had something new"
        }
    }
}
