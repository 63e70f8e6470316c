/// A request that one thread has read and another one answers: where its reply goes.
struct ReadRequest {
    let connection: Int32
    /// Its id, from its BEGIN_REQUEST.
    let id: UInt16
    /// Whether the web server keeps the connection.
    let isKept: Bool
}
