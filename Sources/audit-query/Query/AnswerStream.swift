import QueryService

/// One answer in JSON of all pages, written as they come: what the HTTP interface would answer if a page had no end.
struct AnswerStream {
    private var count = 0
    /// `range` and `scope`, which all pages have in common.
    private var frame: (range: ArraySlice<UInt8>, scope: ArraySlice<UInt8>)?

    /// What a page adds. Until ``end()`` it is no JSON: nobody takes it for all of the answer.
    mutating func bytes(of page: AnswerPage) -> [UInt8] {
        var bytes: [UInt8] = []
        if frame == nil {
            frame = (page.rangeJSON, page.scopeJSON)
            bytes += Array("{\"records\":[".utf8)
        }
        if count > 0, page.count > 0 { bytes.append(UInt8(ascii: ",")) }
        count += page.count
        return bytes + page.recordsJSON
    }

    /// The rest, after the last page.
    func end() -> [UInt8] {
        guard let frame else { return [] }
        return Array(
            "],\"count\":\(count),\"hasMore\":false,\"nextCursor\":null,\"stopReason\":\"end\",\"range\":"
                .utf8)
            + frame.range + Array(",\"scope\":".utf8) + frame.scope + Array("}\n".utf8)
    }
}
