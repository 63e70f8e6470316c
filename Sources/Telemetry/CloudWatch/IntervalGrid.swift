/// The intervals that all workers share: they begin at multiples of their length since 1970.
struct IntervalGrid {
    /// Seconds.
    let length: Double

    /// When the interval began that holds a moment, in seconds since 1970.
    func start(at moment: Double) -> Double {
        (moment / length).rounded(.down) * length
    }
}
