internal import CSystemd
internal import Glibc

/// What a service tells systemd about itself (sd_notify(3)). Every call does nothing when the process was not
/// started by systemd (or by anything else that sets NOTIFY_SOCKET).
package enum Notification {
    /// The service has finished its start and answers.
    package static func ready(status: String) { send("READY=1\nSTATUS=\(oneLine(status))") }

    /// The service reads its configuration again; `ready` ends this. Says when, as Type=notify-reload wants
    /// it.
    package static func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let microseconds = now.tv_sec * 1_000_000 + now.tv_nsec / 1000
        send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
    }

    /// The service goes down.
    package static func stopping() { send("STOPPING=1") }

    /// The service is alive. Due within the interval that ``watchdogInterval`` gives.
    package static func watchdog() { send("WATCHDOG=1") }

    /// How often `watchdog` must be called: half of what the unit's WatchdogSec= allows, as
    /// sd_watchdog_enabled(3) recommends; nil when the unit asks for none.
    package static func watchdogInterval() -> Duration? {
        var microseconds: UInt64 = 0
        guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
        return .microseconds(Int64(clamping: microseconds / 2))
    }

    private static func send(_ message: String) {
        // A failure is not the service's: systemd finds out by its own timeouts.
        _ = sd_notify(0, message)
    }

    /// A line end would begin another assignment.
    private static func oneLine(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }
}
