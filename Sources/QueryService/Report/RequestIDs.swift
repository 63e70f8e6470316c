/// Ids of requests, one after the other in one piece of memory: an audit trail keeps tens of thousands for a moment,
/// which as texts of their own would each be freed by another thread than the one that made it.
struct RequestIDs: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    init(_ texts: [String] = []) {
        for text in texts { append(text) }
    }

    var count: Int { ends.count }

    var texts: [String] {
        zip([0] + ends, ends).map { String(decoding: bytes[$0..<$1], as: UTF8.self) }
    }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        ends.append(bytes.count)
    }
}
