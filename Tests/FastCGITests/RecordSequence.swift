@testable import FastCGI

/// What FastCGI 1.0 says of the bytes of a request, worked out slowly: all records first, then what they are together.
/// `RequestRecords` is compared with it.
struct RecordSequence {
    private struct Record {
        let header: ArraySlice<UInt8>
        /// What is there of the content; all of it but for the last record.
        let content: ArraySlice<UInt8>

        var length: Int { Int(header[header.startIndex + 4]) * 256 + Int(header[header.startIndex + 5]) }
        var isWhole: Bool { content.count == length }
        var padding: Int { Int(header[header.startIndex + 6]) }

        /// A letter for what it is: small where it ends a stream, ? where it has no place in a request of this id.
        func letter(request: UInt8) -> Character {
            let fields = Array(header)
            guard fields[0] == 1, fields[2] == 0, fields[3] == request, request != 0 else { return "?" }
            switch (fields[1], length, padding) {
            case (1, 8, 0): return !isWhole || content.starts(with: [0, 1]) ? "b" : "?"
            case (4, 0, 0): return "p"
            case (4, 1..., _): return "P"
            case (5, 0, 0): return "s"
            case (5, 1..., _): return "S"
            default: return "?"
            }
        }
    }

    private let records: [Record]
    /// The bytes after the last whole record and its padding.
    private let hasMore: Bool
    private let ends: [Int]

    init(_ bytes: [UInt8]) {
        var records: [Record] = []
        var ends: [Int] = []
        var rest = bytes[...]
        while rest.count >= 8 {
            let header = rest.prefix(8)
            let length = Int(header[header.startIndex + 4]) * 256 + Int(header[header.startIndex + 5])
            let record = Record(header: header, content: rest.dropFirst(8).prefix(length))
            records.append(record)
            ends.append(rest.startIndex + 8 + length)
            rest = rest.dropFirst(8 + length + record.padding)
            if !record.isWhole { break }
        }
        self.records = records
        self.ends = ends
        hasMore = !rest.isEmpty
    }

    func state(bodyLimit: Int) -> RequestRecords.State {
        let request = records.first.map { Array($0.header)[3] } ?? 0
        var letters = ""
        var parameters: [UInt8] = []
        var bodyByteCount = 0
        for (record, end) in zip(records, ends) {
            letters.append(record.letter(request: request))
            let isBody = letters.hasSuffix("S") || letters.hasSuffix("s")
            // The language of requests, and all beginnings of its words.
            guard letters.wholeMatch(of: #/b(?:P*(?:p(?:S*s?)?)?)/#) != nil else { return .malformed }
            if !isBody, end > RequestRecords.headLimit { return .malformed }
            if isBody { bodyByteCount += record.length }
            if bodyByteCount > bodyLimit { return .bodyTooLarge }
            guard record.isWhole else { return .incomplete }
            if letters.hasSuffix("P") { parameters += record.content }
            guard Self.isRight(parameters, isWhole: !letters.hasSuffix("P")) else { return .malformed }
        }
        guard letters.hasSuffix("s") else { return .incomplete }
        return hasMore ? .malformed : .complete
    }

    /// Whether bytes are names and values with true lengths, up to their end if they are whole.
    private static func isRight(_ stream: [UInt8], isWhole: Bool) -> Bool {
        var rest = stream[...]
        func length() -> Int? {
            guard let first = rest.first else { return nil }
            let count = first < 128 ? 1 : 4
            guard rest.count >= count else { return nil }
            let value = rest.prefix(count).reduce(0) { $0 * 256 + Int($1) }
            rest = rest.dropFirst(count)
            return count == 1 ? value : value - 128 * 256 * 256 * 256
        }
        while !rest.isEmpty {
            guard let name = length() else { return !isWhole }
            guard name <= RequestRecords.headLimit else { return false }
            guard let value = length() else { return !isWhole }
            guard name + value <= RequestRecords.headLimit else { return false }
            guard rest.count >= name + value else { return !isWhole }
            rest = rest.dropFirst(name + value)
        }
        return true
    }
}
