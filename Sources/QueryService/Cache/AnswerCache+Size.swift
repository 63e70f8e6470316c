internal import Heap

extension AnswerCache {
    /// What an entry takes of memory: its body, its key's text and its tag as they are allocated, each with Swift's 32
    /// bytes before it, and its share of the list and the table. In gzip each body has a size of its own, and what is dropped
    /// leaves holes that nothing fits: three tenths of it, as `scripts/check-costs` measures.
    static func byteCount(of answer: Answer, _ key: CacheKey) -> Int {
        let body = allocation(answer.body.count)
        let texts = allocation(key.text.utf8.count + 1) + allocation(answer.entityTag.utf8.count + 1)
        let object = Heap.byteCount(of: Answer.keptByteCount) + (answer.lines?.byteCount ?? 0)
        return tableShare + object + texts + body + (answer.isPacked ? body * 3 / 10 : 0)
    }

    /// What an array or text of so many bytes takes.
    static func allocation(_ byteCount: Int) -> Int { Heap.byteCount(of: 32 + byteCount) }

    /// Of a list's node, and of a hash table that has 1.3 to 2.7 places for each key and index.
    private static let tableShare = RecencyList.nodeSize + 2 * MemoryLayout<(CacheKey, Int)>.stride
}
