/// What a server is asked.
struct RemoteQuestion {
    /// The path, and what stands behind it in the URL.
    let path: String
    /// The JSON of a POST; nil for a GET.
    let body: [UInt8]?
    /// What an answer to it is called.
    let answer: String
}
