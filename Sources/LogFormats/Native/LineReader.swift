package import AuditRecords

/// Reads the lines of one source: the records that are in each, and what is wrong with the others.
package struct LineReader {
    /// What a line has, in order.
    package enum Item {
        /// One that every store can hold (``RecordRules``), but for what a store says of its own.
        case record(AuditRecord, text: LineText)
        /// All that is wrong with it, each for a person to read.
        case refused(faults: [String], text: LineText)
        /// Some bytes of what is refused behind the last of them, too long to be held.
        case part([UInt8])
    }

    private static let tooLong = "is longer than \(LineSplitter.maximumLineByteCount) bytes"
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Whether the next line is the source's first, which may begin with a mark.
    private var isAtBeginning: Bool
    private var isInsideLongLine = false
    /// The page that a long line is.
    private var page: PageSplitter?
    private var pageRecordCount = 0

    /// At the first line of a source, or behind some.
    package init(isAtBeginning: Bool = true) {
        self.isAtBeginning = isAtBeginning
    }

    /// What the next line has, or the next part of one.
    package mutating func items(of line: LineSplitter.Line) -> [Item] {
        defer { isAtBeginning = false }
        switch line {
        case .bytes(let bytes): return items(of: bytes)
        case .part(let bytes):
            defer { isInsideLongLine = true }
            return items(ofPart: bytes)
        case .tooLong:
            defer { isInsideLongLine = false }
            return itemsOfEnd()
        }
    }

    private func items(of bytes: [UInt8]) -> [Item] {
        let text = withoutMark(bytes)
        if let record = PlainLine.record(text) { return [.record(record, text: LineText(bytes: bytes))] }
        guard !text.isBlank else { return [] }
        do throws(RecordLineError) {
            switch try RecordLine(text) {
            case .record(let record): return [Self.item(record, LineText(bytes: bytes))]
            case .page(let records):
                return records.enumerated().map { Self.item(ofPage: $0.element, $0.offset + 1) }
            }
        } catch {
            return [.refused(faults: error.faults, text: LineText(bytes: bytes))]
        }
    }

    private mutating func items(ofPart bytes: [UInt8]) -> [Item] {
        var rest = bytes[...]
        if !isInsideLongLine {
            rest = withoutMark(bytes)[...]
            page = PageSplitter(&rest)
            pageRecordCount = 0
        }
        guard var page else { return [.part(bytes)] }
        var items: [Item] = []
        page.take(rest) { line throws(Never) in
            if case .part(let bytes) = line { return items.append(.part(bytes)) }
            pageRecordCount += 1
            guard case .bytes(let bytes) = line else {
                let text = LineText(bytes: nil, pageNumber: pageRecordCount)
                return items.append(.refused(faults: [Self.tooLong], text: text))
            }
            items.append(Self.item(ofPage: bytes, pageRecordCount))
        }
        self.page = page
        return items
    }

    private mutating func itemsOfEnd() -> [Item] {
        guard let page else { return [.refused(faults: [Self.tooLong], text: LineText(bytes: nil))] }
        self.page = nil
        guard let rest = page.damagedRest else { return [] }
        let fault =
            "is a page of an answer, and damaged behind its record \(pageRecordCount): to there it is loaded"
        return [.part(rest), .refused(faults: [fault], text: LineText(bytes: nil))]
    }

    private static func item(ofPage bytes: [UInt8], _ number: Int) -> Item {
        let text = LineText(bytes: bytes, pageNumber: number)
        do throws(RecordLineError) {
            return item(try RecordLine.record(bytes), text)
        } catch {
            return .refused(faults: error.faults, text: text)
        }
    }

    private static func item(_ record: AuditRecord, _ text: LineText) -> Item {
        let faults = RecordRules.faults(of: record)
        return faults.isEmpty ? .record(record, text: text) : .refused(faults: faults, text: text)
    }

    private func withoutMark(_ bytes: [UInt8]) -> [UInt8] {
        isAtBeginning && bytes.starts(with: Self.byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes
    }
}

/// The text of a record to load.
package struct LineText: Sendable {
    /// As it came, without the line's end; nil when it came in parts.
    package let bytes: [UInt8]?
    /// Where it stands on its page, from 1 on; nil where it is the line.
    package var pageNumber: Int?

    /// A record's text; nil where that came in parts, or is not at hand.
    package init(bytes: [UInt8]?, pageNumber: Int? = nil) {
        self.bytes = bytes
        self.pageNumber = pageNumber
    }
}

extension [UInt8] {
    fileprivate var isBlank: Bool {
        allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
    }
}
