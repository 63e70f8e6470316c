import AuditRecords
import Archives
import Cryptography
import Gzip
import QueryService

/// Reads a part of an export: its bytes, and of what they say each row.
struct ExportedPart {
    /// What a part turned out to be.
    struct Found {
        var byteCount = 0
        var sha256 = ""
        var records = 0
        var first, last: RecordKey?
        /// What is wrong with its rows, for a person to read: the first of them.
        var fault: String?

        mutating func note(_ fault: String) { self.fault = self.fault ?? fault }
    }

    let path: String
    /// Takes all bytes of all parts.
    let whole: RunningDigest
    private static let chunkSize = 1 << 20

    /// Reads it to its end, and gives each record with its number to a body, as far as rows can be understood.
    ///
    /// - Throws: that the file cannot be read.
    func read(_ rows: inout ExportedRows, _ body: (AuditRecord, Int) throws -> Void) throws -> Found {
        let digest = try RunningDigest()
        let input = DigestedInput(try InputDescriptor(path: path), digest, whole)
        var found = Found()
        do {
            try read(input, &rows, &found, body)
        } catch let error as GzipError {
            guard error.code != .io else { throw error }
            found.note("cannot be unpacked: \(error.reason)")
        }
        // What stands behind a damaged place belongs to the digest too.
        try input.drain()
        (found.byteCount, found.sha256) = (input.byteCount, try digest.value().hexadecimal)
        return found
    }

    private func read(
        _ input: DigestedInput, _ rows: inout ExportedRows, _ found: inout Found,
        _ body: (AuditRecord, Int) throws -> Void
    ) throws {
        var content = try ContentReader(input)
        var chunk = [UInt8](repeating: 0, count: Self.chunkSize)
        rows.begin()
        var number = 0
        func take(_ row: ExportedRows.Row) throws {
            number += 1
            switch row {
            case .heading: number -= 1
            case .part: found.records += 1
            case .fault(let fault): found.note("row \(number) \(fault)")
            case .record(let record):
                found.records += 1
                found.first = found.first ?? record.key
                found.last = record.key
                try body(record, number)
            }
        }
        while true {
            let count = try content.read(into: &chunk)
            if count == 0 { break }
            try rows.take(chunk[..<count], take)
        }
        try rows.end(take)
    }
}

/// An input whose bytes go into digests as they are read.
private final class DigestedInput: ByteInput {
    private let input: InputDescriptor
    private let digests: [RunningDigest]
    private(set) var byteCount = 0

    init(_ input: InputDescriptor, _ digests: RunningDigest...) {
        (self.input, self.digests) = (input, digests)
    }

    var name: String { input.name }
    var size: Int64? { input.size }

    func read(into buffer: UnsafeMutableRawBufferPointer, offset: Int64) throws(GzipError) -> Int {
        let count = try input.read(into: buffer, offset: offset)
        for digest in digests { digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
        byteCount += count
        return count
    }

    /// Reads the rest.
    func drain() throws(GzipError) {
        let rest = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { rest.deallocate() }
        while try read(into: rest, offset: Int64(byteCount)) > 0 {}
    }
}
