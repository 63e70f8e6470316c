internal import QueryService
internal import Foundation

/// What a hit costs in processor time, whatever the cache holds, however many keys there are, and however many threads
/// ask at once.
enum HitCost {
    private static let turns = 5

    static func print() throws {
        let small = try Bench()
        let manyAnswers = try Bench(cacheByteLimit: 1 << 30)
        let manyKeys = try Bench(keyCount: 100_000)
        for number in 0..<100_000 { manyAnswers.ask(Bench.query(number)) }
        for number in 0..<10 {
            small.ask(Bench.query(number))
            manyKeys.ask(Bench.query(number))
        }
        var figures: [(name: String, seconds: [Double])] = [
            ("10 answers, 1 key, 1 thread", []), ("100000 answers", []), ("100000 keys", []),
            ("8 threads", []),
        ]
        // In turns, so that what else the machine does meets all of them.
        for _ in 0..<turns {
            figures[0].seconds.append(cost(small, answers: 10, keys: 1, threads: 1))
            figures[1].seconds.append(cost(manyAnswers, answers: 100_000, keys: 1, threads: 1))
            figures[2].seconds.append(cost(manyKeys, answers: 10, keys: 100_000, threads: 1))
            figures[3].seconds.append(cost(small, answers: 10, keys: 1, threads: 8))
        }
        let base = median(figures[0].seconds)
        for (name, seconds) in figures {
            let ratio = median(zip(seconds, figures[0].seconds).map { $0 / $1 })
            Swift.print(
                "\(name.padding(toLength: 30, withPad: " ", startingAt: 0)) \(rounded(median(seconds) * 1e6)) us a hit, "
                    + "ratio \(rounded(ratio))")
        }
        precondition(base > 0)
    }

    /// The processor seconds of a hit.
    private static func cost(_ bench: Bench, answers: Int, keys: Int, threads: Int) -> Double {
        let count = 200_000 / threads
        // Questions are made before: the client pays for them.
        let questions = (0..<min(answers, 100_000)).map { Bench.query(($0 &* 7919) % answers) }
        let before = processorTime()
        onThreads(threads) { thread in
            for turn in 0..<count {
                bench.ask(
                    questions[(turn + thread * 37) % questions.count],
                    key: ((turn + thread) &* 104_729) % keys)
            }
        }
        return (processorTime() - before) / Double(count * threads)
    }

    private static func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let done = DispatchGroup()
        for thread in 0..<count {
            done.enter()
            Thread.detachNewThread {
                body(thread)
                done.leave()
            }
        }
        done.wait()
    }

    private static func processorTime() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
