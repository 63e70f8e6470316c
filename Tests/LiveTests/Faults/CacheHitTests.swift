import Foundation
import Glibc
import TestSupport
import Testing

/// A cache hit does no file I/O and asks the store nothing.
@Suite(.live, .logsOnFailure)
struct CacheHitTests {
    @Test(.enabled(if: Strace.isPermitted, "strace is absent or not permitted"))
    func `a hit makes no system call but those of sockets, waiting and clocks`() throws {
        try LiveInstallation.with(
            .init(overrides: ["worker.threads": "8", "worker.store-limit": "4"], lines: lines, workers: 1)
        ) {
            live in
            let client = live.client()
            let paths = (1...5).map { "/v1/records?userId=alice&limit=\($0)" }
            for path in paths { #expect(try client.get(path).status == 200) }
            let pid = try #require(live.workers[0].pid)
            let calls = try Strace.calls(of: pid, in: live.place) {
                for turn in 0..<40 {
                    let answer = try client.get(paths[turn % paths.count])
                    #expect(answer["Cache-Status"]?.contains("; hit;") == true)
                }
            }
            // Threads of their own look at the key file and the store's once a second, which belongs to no request: those
            // that answer one look into its socket. gettid is a thread's first lock.
            let used = calls.filter { $0.key != pid && $0.value.contains("recvfrom") }.values
                .reduce(into: Set()) { $0.formUnion($1) }
            // epoll_ctl and setpriority are of those that were not in the cache by how they were asked for.
            let allowed: Set = [
                "read", "write", "recvfrom", "sendto", "recvmsg", "sendmsg", "readv", "writev", "poll",
                "ppoll",
                "epoll_wait", "epoll_pwait", "epoll_ctl", "setpriority", "accept", "accept4", "shutdown",
                "close", "setsockopt", "getsockopt", "getsockname", "getpeername", "fcntl", "futex",
                "clock_gettime", "clock_nanosleep", "sched_yield", "gettid", "restart_syscall", "madvise",
                "mmap", "munmap", "mprotect", "brk", "rt_sigprocmask",
            ]
            #expect(!used.isEmpty, "the worker was watched")
            #expect(used.subtracting(allowed) == [])
        }
    }

    @Test func `hits go on when the database is gone`() throws {
        try LiveInstallation.with(.init(lines: lines)) { live in
            let client = live.client()
            let first = try client.records(["userId": "alice"])
            for end in ["", "-wal", "-shm"] { unlink(live.place.folder.file("audit.db\(end)")) }
            for _ in 0..<20 {
                let hit = try client.records(["userId": "alice"])
                #expect(hit.status == 200 && hit.body == first.body)
                #expect(hit["Cache-Status"]?.contains("; hit;") == true)
            }
            try client.records(["userId": "alice", "limit": "7"]).expectProblem(503, "store-unavailable")
        }
    }

    private let lines = Array(GeneratedRecords.lines.prefix(200))
}
