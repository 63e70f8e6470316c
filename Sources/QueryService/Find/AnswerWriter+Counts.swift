internal import AuditRecords
internal import AuditStores
internal import JSONBytes

extension AnswerWriter {
    /// Records, groups of them that are listed, and those that are not, where that is said.
    typealias Counted = (count: Int, groups: ArraySlice<CountedGroup>, other: OtherGroups?)

    /// A part of a count's answer, or all of it: only what is whole leaves groups out, so that parts add up.
    func part(_ part: CountPart, of question: CountQuery, nextCursor: [UInt8]?) -> [UInt8] {
        let ordered = part.tally.ordered
        let isWhole = part.stop == .end && !question.isContinued
        let counted: Counted =
            isWhole
            ? (part.tally.count, ordered.prefix(question.top), OtherGroups(of: ordered, behind: question.top))
            : (part.tally.count, ordered[...], nil)
        return counts(
            counted, by: question.by, stop: part.stop, nextCursor: nextCursor, range: question.records.range)
    }

    /// An answer of its parts. Without keys there are no groups.
    func counts(
        _ counted: Counted, by keys: [GroupKey], stop: RecordPage.Stop, nextCursor: [UInt8]?, range: TimeRange
    ) -> [UInt8] {
        var body: [UInt8] = []
        body.append(json: "{\"count\":")
        body.append(decimal: counted.count)
        if !keys.isEmpty {
            append(counted.groups, by: keys, to: &body)
            if let other = counted.other { append(other, to: &body) }
        }
        appendEnd(stop, nextCursor, range, to: &body)
        return body
    }

    private func append(_ groups: ArraySlice<CountedGroup>, by keys: [GroupKey], to body: inout [UInt8]) {
        let names = keys.map { key in
            var name: [UInt8] = []
            name.append(jsonString: key.description.utf8)
            return name
        }
        body.append(json: ",\"groups\":[")
        for (index, (group, count)) in groups.enumerated() {
            body.append(json: index > 0 ? ",{\"by\":{" : "{\"by\":{")
            for (place, value) in group.values.enumerated() {
                if place > 0 { body.append(json: ",") }
                body.append(contentsOf: names[place])
                body.append(json: ":")
                body.append(contentsOf: value.json)
            }
            body.append(json: "},\"count\":")
            body.append(decimal: count)
            body.append(json: "}")
        }
        body.append(json: "]")
    }

    private func append(_ other: OtherGroups, to body: inout [UInt8]) {
        body.append(json: ",\"other\":{\"groups\":")
        body.append(decimal: other.groups)
        body.append(json: ",\"count\":")
        body.append(decimal: other.count)
        body.append(json: "}")
    }
}
