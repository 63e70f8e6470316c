/// What a server is asked.
struct RemoteQuestion {
    /// The path, and what stands behind it in the URL.
    let path: String
    /// The JSON of a POST; nil for a GET.
    let body: [UInt8]?
    /// The form that is asked for.
    var accept = "application/json"
    /// Whether the store itself is to answer: no cache, and nothing that is stale.
    var isFresh = false
    /// Whether who asks it sees to that it is asked again.
    var triesOnce = false
    /// What an answer to it is called.
    let answer: String
}
