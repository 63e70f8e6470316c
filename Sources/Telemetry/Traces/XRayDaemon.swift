internal import Glibc
package import Logging
internal import Synchronization

/// X-Ray's daemon, to which documents go as datagrams: sent without waiting, and lost when nobody takes them.
package final class XRayDaemon: Sendable {
    private let descriptor: Int32
    private let address: String
    private let log: Logger
    private let lostCount = Atomic<Int>(0)
    private let isAway = Atomic<Bool>(false)

    /// How many documents were lost, as far as that can be known: the kernel tells, with the next document, when
    /// one found no daemon.
    package var lost: Int { lostCount.load(ordering: .relaxed) }

    /// Opens a socket to an address and port in digits, such as `127.0.0.1:2000` or `[::1]:2000`: a name would
    /// have to be looked up, and could mean another machine later. Nobody needs to be there.
    package init(address: String, log: Logger) throws(TraceAddressError) {
        self.address = address
        self.log = log
        descriptor = try DatagramAddress(address).connectedSocket()
    }

    deinit { close(descriptor) }

    /// Sends a document, which costs some microseconds, and never fails. The log has a line when documents begin
    /// to be lost, and one when they no longer are.
    package func send(_ document: [UInt8]) {
        var failure = attempt(document)
        if failure == ECONNREFUSED {
            // Says that the document before this one found nobody. This one has not been sent yet.
            noteLoss(ECONNREFUSED)
            failure = attempt(document)
            if failure != 0, failure != ECONNREFUSED { noteLoss(failure) }
        } else if failure != 0 {
            noteLoss(failure)
        } else if isAway.compareExchange(expected: true, desired: false, ordering: .relaxed).exchanged {
            log.notice("traces are taken again", metadata: ["ADDRESS": "\(address)", "LOST": "\(lost)"])
        }
    }

    /// - Returns: errno, or 0.
    private func attempt(_ document: [UInt8]) -> Int32 {
        while true {
            let count = Glibc.send(
                descriptor, document, document.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
            guard count < 0 else { return 0 }
            let failure = errno
            guard failure == EINTR else { return failure }
        }
    }

    private func noteLoss(_ failure: Int32) {
        lostCount.add(1, ordering: .relaxed)
        guard isAway.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else {
            return
        }
        log.warning(
            "traces are lost: no X-Ray daemon takes them",
            metadata: ["ADDRESS": "\(address)", "ERROR": "\(String(cString: strerror(failure)))"])
    }
}
