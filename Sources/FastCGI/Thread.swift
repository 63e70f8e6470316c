internal import Glibc

/// Starts a detached thread. Its stack is small, since hundreds of them wait at a time: half a megabyte of
/// address space each, of which only what is used becomes memory.
func startThread(_ body: @escaping @Sendable () -> Void) throws(FastCGIError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 512 * 1024)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let argument = Unmanaged.passRetained(ThreadBody(body))
    var thread = pthread_t()
    let result = pthread_create(
        &thread, &attributes,
        { argument in
            guard let argument else { return nil }
            Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
            return nil
        }, argument.toOpaque())
    guard result == 0 else {
        argument.release()
        throw FastCGIError(.noThread, "pthread_create: \(String(cString: strerror(result)))")
    }
}

private final class ThreadBody {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}
