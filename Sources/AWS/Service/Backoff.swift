/// How long to wait before a retry: `random(0,1) · min(2^i, 20 s)`, AWS's standard mode.
enum Backoff {
    static let limit = 20.0

    /// The wait after the attempt of this number, from 0 on, has failed, with a share from 0 to 1 at random.
    static func wait(after attempt: Int, share: Double) -> Duration {
        // 2^5 is past the limit already.
        .seconds(share * min(Double(1 << min(attempt, 5)), limit))
    }
}
