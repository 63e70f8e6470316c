package import AuditRecords
internal import Cryptography
internal import JSONBytes

/// A page of records in NDJSON as the HTTP interface answers it, read by a client of it. It checks that the page is whole.
package struct AnswerLines: Sendable {
    /// The lines, as they came.
    package let body: [UInt8]
    /// Behind each line.
    package let ends: [Int]
    /// Where the next page begins; nil after the last.
    package let nextCursor: String?

    /// Reads an answer of its body and of what its headers say.
    ///
    /// - Throws: why it is no such page, or not as it was sent. Cost: one look at each byte, and its SHA-256.
    package init(
        _ body: [UInt8], link: String?, stopReason: String?, digest: String?
    ) throws(AnswerPageError) {
        guard let stopReason else {
            throw AnswerPageError(description: "it does not say why it ends (X-Stop-Reason)")
        }
        guard digest == "sha-256=:\(String(decoding: Digest(of: body).bytes.base64, as: UTF8.self)):" else {
            throw AnswerPageError(description: "its bytes are not those of its digest (Unencoded-Digest)")
        }
        nextCursor = try link.map { link throws(AnswerPageError) in try Self.cursor(in: link) }
        guard (nextCursor == nil) == (stopReason == "end") else {
            throw AnswerPageError(description: "Link and X-Stop-Reason contradict each other")
        }
        guard body.isEmpty || body.last == UInt8(ascii: "\n") else {
            throw AnswerPageError(description: "its last line does not end")
        }
        var ends: [Int] = []
        var rest = body[...]
        while let end = rest.place(of: UInt8(ascii: "\n")) {
            ends.append(end + 1)
            rest = rest[(end + 1)...]
        }
        self.ends = ends
        self.body = body
    }

    /// How many records are on it.
    package var count: Int { ends.count }

    /// The record of a line.
    ///
    /// - Throws: that it is none.
    package func record(_ line: Int) throws(AnswerPageError) -> AuditRecord {
        do {
            let text = body[(line == 0 ? 0 : ends[line - 1])..<ends[line]]
            var reader = try JSONCursor(Array(text), allowsHalfPairs: true)
            return try AuditRecord(inAnswer: &reader)
        } catch {
            throw AnswerPageError(description: "line \(line + 1) of the page is no record: \(error)")
        }
    }

    /// The key of a line's record, by its id alone.
    ///
    /// - Throws: that it has none.
    package func key(_ line: Int) throws(AnswerPageError) -> RecordKey {
        let text = body[(line == 0 ? 0 : ends[line - 1])..<ends[line]]
        let opening = "{\"id\":\""
        let id = text.dropFirst(opening.utf8.count).prefix { $0 != UInt8(ascii: "\"") }
        guard text.starts(with: opening.utf8), let key = RecordKey(id: Array(id)) else {
            throw AnswerPageError(
                description: "line \(line + 1) of the page does not begin with a record's id")
        }
        return key
    }

    private static func cursor(in link: String) throws(AnswerPageError) -> String {
        let parts = link.split(separator: ">", maxSplits: 1)
        guard let cursor = parts.first?.split(separator: "?cursor=").last, link.contains("?cursor="),
            parts.last?.contains("rel=\"next\"") == true
        else { throw AnswerPageError(description: "its Link leads to no next page") }
        return String(cursor)
    }
}
