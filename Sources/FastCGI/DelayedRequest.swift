/// A request that waits for a thread.
struct DelayedRequest {
    let request: ReadRequest
    let putOff: PutOff
    let since = ContinuousClock.now
}
