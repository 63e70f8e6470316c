/// What the stages of a request took, as the Server-Timing header says it (W3C Server Timing), in
/// milliseconds.
struct StageTiming {
    var authentication = Duration.zero
    var cache = Duration.zero
    var store = Duration.zero
    /// The region that the store was read in, if it has regions.
    var region: String?

    var header: String {
        "auth;dur=\(Self.milliseconds(authentication)), cache;dur=\(Self.milliseconds(cache)), "
            + "store;dur=\(Self.milliseconds(store))" + (region.map { ";desc=\"\($0)\"" } ?? "")
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let microseconds = Int(duration / .microseconds(1))
        let fraction = String(microseconds % 1000)
        return "\(microseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }
}
