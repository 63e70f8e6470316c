extension RecencyList.Entry {
    /// How often an answer must have been looked up to be hot.
    static let hotUses = 3

    /// Counts a use.
    ///
    /// - Returns: whether it is the first one to claim a hot entry.
    mutating func use(claims: Bool) -> Bool {
        uses &+= 1
        guard claims, uses >= Self.hotUses, !isClaimed else { return false }
        isClaimed = true
        return true
    }

    /// What so small a piece leaves unused around it between bodies, as `scripts/check-costs` measures.
    private static let gap = 128

    /// Takes a spelling.
    ///
    /// - Returns: the bytes that it counts for, with its share of a table as keys have it.
    mutating func spell(_ spelling: Spelling) -> Int {
        self.spelling = spelling
        let tableShare = 2 * MemoryLayout<(Spelling, Int)>.stride
        let size = AnswerCache.allocation(spelling.byteCount) + tableShare + Self.gap
        byteCount += size
        return size
    }

    /// Takes the answer as it is packed, which counts for so many bytes more.
    mutating func take(_ packed: Answer, _ growth: Int) -> Int {
        answer = packed
        // Until it is known to be asked for by many who need it.
        answer.plain = nil
        byteCount += growth
        return growth
    }

    /// Takes the answer's body as it is, if it is hot and has none.
    ///
    /// - Returns: the bytes that it counts for.
    mutating func keep(plain: [UInt8]) -> Int {
        guard uses >= Self.hotUses, answer.plain == nil else { return 0 }
        answer.plain = plain
        let size = AnswerCache.allocation(plain.count)
        byteCount += size
        return size
    }
}
