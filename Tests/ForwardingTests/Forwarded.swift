import Foundation
import RecordForms
import TestSupport

@testable import AuditRecords
@testable import Forwarding
@testable import StoreConformance

/// Records that are forwarded in a test: from a list, as from a store that has nothing else.
struct Forwarded {
    let folder: TemporaryFolder
    var records: [AuditRecord]
    var batchSize = 10
    var form = RecordForm.json
    /// Called before each read, with the place that it is after.
    var beforeRead: (Int) -> Void = { _ in }

    init(_ count: Int, attributes: String = #"{"action":"Read","outcome":"success"}"#) throws {
        folder = try TemporaryFolder()
        records = (0..<count).map {
            TestRecord.make(Identifier("\($0)"), at: "2024-02-29T12:00:00.123456789Z", attributes: attributes)
        }
    }

    var deadLetters: String { folder.file("dead") }

    /// Runs until the far end has all, and gives what people were told.
    @discardableResult
    func run(to far: any FarEnd, deadLetterBytes: Int = 1 << 20) throws -> [String] {
        let path = folder.file("checkpoint")
        let checkpoint =
            try ForwardCheckpoint.read(path, of: far.name) ?? ForwardCheckpoint(farEnd: far.name, place: "0")
        var told: [String] = []
        var waits = 0
        var run = ForwardRun(
            to: far, try .opened(deadLetters, limit: deadLetterBytes), from: checkpoint, at: path,
            batch: { ForwardedBatch(RecordFormWriter(form, version: "1")) },
            .init(
                read: { place throws(ForwardSourceError) in
                    let start = Int(place) ?? 0
                    beforeRead(start)
                    let end = min(records.count, start + batchSize)
                    return ForwardedRun(
                        records: (start..<end).map { (records[$0], "\($0 + 1)") }, end: "\(end)",
                        isAtEnd: end == records.count)
                },
                visible: { record throws(ForwardFault) in record.attributes },
                // Waits are shorter here, and there are none in the code that is tested.
                isStopped: { wait in
                    guard wait > .zero else { return false }
                    _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(20))
                    waits += 1
                    // What never comes through fails the test.
                    return waits > 400
                },
                tell: { told.append($0) }))
        try run.run(once: true)
        return told
    }

    /// The auditIds in lines of JSON.
    static func ids(_ text: String) -> [Int] {
        text.split(separator: "\n").compactMap { line in
            line.firstRange(of: "\"auditId\":\"").flatMap {
                Int(line[$0.upperBound...].prefix { $0 != "\"" })
            }
        }
    }
}

extension DeadLetters {
    /// The file, when its lock is free: a program that another test is about to start has that until it runs.
    static func opened(_ path: String, limit: Int) throws -> DeadLetters {
        try eventually("the lock of \(path)") { try DeadLetters(path, limit: limit) }
    }
}
