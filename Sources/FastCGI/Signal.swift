internal import CFastCGI
internal import Glibc

/// Something that is said once, to all who wait with a ``Poller``: an eventfd(2) that can be read from then on.
final class Signal: Sendable {
    let descriptor: Int32

    init() throws(FastCGIError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { throw .system("eventfd", "") }
    }

    deinit { close(descriptor) }

    /// Says it.
    func set() { eventfd_write(descriptor, 1) }
}
