package import AuditRecords
internal import Glibc

/// The clocks that the service looks at, replaceable in tests.
package struct TimeSource: Sendable {
    /// The time of day, for dates, expiry and ranges.
    package var wall: @Sendable () -> Timestamp
    /// Time that never jumps, for ages and deadlines.
    package var steady: @Sendable () -> ContinuousClock.Instant

    /// The machine's clocks.
    package static let system = TimeSource(
        wall: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
        }, steady: { .now })
}
