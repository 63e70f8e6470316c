internal import Foundation
internal import Heap

/// Measures what is promised of the service's own parts, without a server in front of it.
@main enum ServiceBenchmark {
    static func main() throws {
        Heap.bound()
        switch Array(CommandLine.arguments.dropFirst()) {
        case ["memory", "small"]: try MemoryFigure.print("small") { _ in 0 }
        case ["memory", "one-record"]: try MemoryFigure.print("one-record") { _ in 1 }
        case ["memory", "large"]: try MemoryFigure.print("large") { _ in 1000 }
        case ["memory", "mixed"]: try MemoryFigure.print("mixed") { 1 << ($0 % 10) }
        case ["cost"]: try HitCost.print()
        case ["instructions"]: try InstructionCounts.run()
        case ["foreign"]: try ForeignRecords.print()
        case ["systems"]: try ManySystems.print()
        case let words where words.count == 3 && words[0] == "reading":
            try ReadingSpeed.print(format: words[1], file: words[2])
        case ["evidence"]: try EvidenceSpeed.print()
        case ["filter"]: try FilteringSpeed.print()
        case let words where words.count == 2 && words[0] == "filter":
            try FilteringSpeed.print(store: words[1])
        default:
            FileHandle.standardError.write(
                Data(
                    """
                    usage: service-bench memory small|one-record|large|mixed | cost | instructions | foreign | systems
                           | reading FORMAT FILE | filter [STORE] | evidence

                    memory        what a full cache counts for, beside what it takes
                    cost          processor time of a hit: 10 to 100,000 answers, 1 to 100,000 keys, 1 to 8 threads
                    foreign       what a limited key's questions take, with and without records that it may not see
                    systems       a miss of a user's records in 1 to 1,000 systems of the embedded store
                    reading       how fast one thread makes records of a log: audit-query, cloudtrail …
                    filter        records that one thread holds filters against: demo records in memory and the worst ones,
                                  or those of January 2024 in an embedded store (demo-data --until 2024-01-31)
                    evidence      leaves of demo records that one thread makes, and the tree over them
                    instructions  the hot paths, for valgrind --tool=callgrind to count (scripts/check-costs)

                    """.utf8))
            exit(64)
        }
    }
}
