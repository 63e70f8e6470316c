internal import AuditStores
internal import Cryptography
internal import Heap
internal import JSONBytes

/// What an answer of lines says besides them.
struct LineFrame {
    let form: AnswerForm
    let stop: RecordPage.Stop
    let nextCursor: [UInt8]?
}

/// The headers that an answer of lines has in the place of what stands around the records in JSON.
final class LineHeaders: Sendable {
    /// As Content-Type says it.
    let contentType: String
    /// The others: where the next page is, why this one ended, and the digest of its bytes before any compression.
    let headers: [Header]

    init(_ frame: LineFrame, _ digest: Digest) {
        contentType = frame.form.contentType
        var headers = [
            Header("X-Stop-Reason", frame.stop.rawValue),
            Header("Unencoded-Digest", "sha-256=:\(String(decoding: digest.bytes.base64, as: UTF8.self)):"),
        ]
        if let cursor = frame.nextCursor {
            // A path that all ways of asking have in common: they share the answer.
            let link = "</v1/records?cursor=\(String(decoding: cursor, as: UTF8.self))>; rel=\"next\""
            headers.append(Header("Link", link))
        }
        self.headers = headers
    }

    /// What an entity tag is made of: two pages with the same lines need not be followed by the same.
    var identity: [UInt8] {
        Array(contentType.utf8) + headers.flatMap { Array("\n\($0.value)".utf8) }
    }

    /// What they take of memory: an object, a list, and the texts that do not fit into a String itself.
    var byteCount: Int {
        headers.reduce(Heap.byteCount(of: 48) + Heap.byteCount(of: 32 + 32 * headers.capacity)) {
            sum, header in
            sum + Heap.byteCount(of: 32 + header.value.utf8.count + 1)
        }
    }
}
