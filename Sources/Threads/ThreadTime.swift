internal import Glibc

/// What a thread of this process has had of a processor, and how long it has waited for one, as the kernel tells it (proc(5)).
struct ThreadTime: Equatable {
    /// On a processor so far.
    var processor: Duration
    /// Ready for one, and not on it, in all waits that are over.
    var waited: Duration
    /// Whether it is on one, or waits for one, now.
    var isReady: Bool
}

extension ThreadTime {
    /// Of a thread that has been on a processor; nil when it has ended, and where the kernel does not tell it, which has zeros then.
    init?(of thread: pid_t) {
        let folder = "/proc/self/task/\(thread)"
        // Nanoseconds on a processor and in wait of one, and how often it got one.
        guard let times = Self.text("\(folder)/schedstat")?.split(separator: " "), times.count == 3,
            times[2] != "0\n",
            let processor = Int64(times[0]), let waited = Int64(times[1]),
            // The state stands behind the name, which may have any character in it.
            let state = Self.text("\(folder)/stat").flatMap({ stat in
                stat.lastIndex(of: ")").map { stat[$0...].dropFirst(2).prefix(1) }
            })
        else { return nil }
        self.init(
            processor: .nanoseconds(processor), waited: .nanoseconds(waited), isReady: state == "R")
    }

    /// The threads of this process.
    static var threads: [pid_t] {
        guard let folder = opendir("/proc/self/task") else { return [] }
        defer { closedir(folder) }
        var threads: [pid_t] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let thread = pid_t(name) { threads.append(thread) }
        }
        return threads
    }

    /// The calling thread; nil where the kernel does not tell it. (Swift has no gettid(2).)
    static var caller: pid_t? {
        text("/proc/thread-self/stat")?.split(separator: " ").first.flatMap { pid_t($0) }
    }

    /// A short text that the kernel makes when it is read.
    private static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 1024) { buffer, filled in
            count = read(descriptor, buffer.baseAddress, buffer.count)
            filled = max(0, count)
        }
        return count > 0 ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
