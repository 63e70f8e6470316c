internal import QueryService
internal import Foundation

/// What a full cache counts for, beside what the process has grown by.
enum MemoryFigure {
    private static let limit = 100 << 20
    private static let threads = 8

    /// Fills a cache with answers of as many records as said, three times over so that it has dropped most of what it
    /// took in, from several threads as a worker does.
    static func print(_ name: String, recordCount: @escaping @Sendable (Int) -> Int) throws {
        let bench = try Bench(PageStore(recordCount: recordCount), cacheByteLimit: limit)
        // What is made once, and each thread's own part of the heap, is not the cache's.
        let warm = try Bench(PageStore(recordCount: recordCount), cacheByteLimit: 0)
        ask(warm, 0..<1000)
        let before = resident()
        ask(bench, 0..<400)
        let (entries, bytes) = (bench.service.occupancy.cacheEntries, bench.service.occupancy.cacheBytes)
        ask(bench, 400..<max(1000, 3 * limit / (bytes / entries)))
        let load = bench.service.occupancy
        let grown = resident() - before
        let ratio = Double(grown) / Double(load.cacheBytes)
        Swift.print(
            "\(name) \(load.cacheEntries) answers, \(load.cacheBytes) bytes counted, \(grown) resident, "
                + "ratio \((ratio * 1000).rounded() / 1000)")
    }

    private static func ask(_ bench: Bench, _ numbers: Range<Int>) {
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            for number in numbers where number % threads == thread {
                bench.ask(Bench.query(number, more: "&limit=1000"))
            }
        }
    }

    private static func resident() -> Int {
        let fields =
            (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
