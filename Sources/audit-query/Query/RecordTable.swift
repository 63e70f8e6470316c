import AuditRecords

/// Records as rows under headings, written page by page. The first page's content says how wide columns are.
struct RecordTable {
    /// For whom it is.
    enum Style {
        /// For programs: a line a record, fields separated by tabs, as they are but for control characters.
        case tabs
        /// For people, on a terminal of so many columns, or each record on one line, however long.
        case lines(width: Int?)
    }

    private let columns: [ShownColumn]
    private let style: Style
    private let clock: LocalTime
    /// Nil before the first page.
    private var layout: RowLayout?

    /// A table of these columns, with timestamps as a clock shows them.
    init(_ columns: [ShownColumn], style: Style, clock: LocalTime) {
        self.columns = columns
        self.style = style
        self.clock = clock
    }

    /// The lines of a page, behind the headings if it is the first. `bold` makes a line of headings.
    mutating func lines(of records: [AuditRecord], bold: (String) -> String = { $0 }) -> [String] {
        let rows = records.map(row)
        let headings = columns.map(\.heading)
        let isFirst = layout == nil
        switch style {
        case .tabs:
            layout = RowLayout(widths: [], limit: nil)
            return ((isFirst ? [headings] : []) + rows).map { $0.joined(separator: "\t") }
        case .lines(let width):
            let layout =
                layout ?? RowLayout(widths: RowLayout.widths(of: [headings] + rows), limit: width)
            self.layout = layout
            return (isFirst ? layout.lines(of: headings).map(bold) : []) + rows.flatMap(layout.lines)
        }
    }

    private func row(_ record: AuditRecord) -> [String] {
        zip(columns, record.texts(of: columns.map(\.column))).map { shown, text in
            let text = shown.column.isTimestamp ? clock.text(ofTimestamp: record.key.timestamp) : text
            return if case .tabs = style { text.unbroken } else { text.printable }
        }
    }
}
