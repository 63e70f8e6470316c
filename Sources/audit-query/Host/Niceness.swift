import Glibc

/// How this process stands behind others of its host.
enum Niceness {
    /// Of what reads a whole store: that of the unit that seals.
    private static let ofBulkReading: Int32 = 10

    /// Lets workers go first where a processor is wanted by both: a hit is not to wait for an export. To be called before threads are
    /// started, which have it from whoever starts them (setpriority(2)). Whoever is nicer already stays so.
    static func yieldToWorkers() {
        let process = __priority_which_t(PRIO_PROCESS.rawValue)
        errno = 0
        let current = getpriority(process, 0)
        guard errno == 0, current < ofBulkReading else { return }
        setpriority(process, 0, ofBulkReading)
    }
}
