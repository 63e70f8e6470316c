import DemoData
import RecordForms
import TestSupport
import Testing

@testable import AuditRecords
@testable import audit_query

/// Rows of an export are read as they were written, however their bytes come.
@Suite struct ExportedRowsTests {
    private static let texts = [
        "a", "=1+1", "x,y", "say \"no\"", "\"", "zoë \u{1F469}\u{200D}\u{1F4BB}", "a;b\tc", "\u{FEFF}x", "'",
        "\"\"", ",",
    ]

    private func record(_ number: Int, _ random: inout SplitMix64) throws -> AuditRecord {
        let text = { (random: inout SplitMix64) in
            Identifier(Self.texts[Int.random(in: Self.texts.indices, using: &random)])
        }
        let attributes = [
            #"{}"#, #"{"a":"line\r\nend","b":[1.50,{"c":"\"q\", \\"}]}"#,
            #"{"n":12345678901234567890.50,"t":true}"#,
            #"{"half":"\ud800","u":"\u0007"}"#,
        ]
        return AuditRecord(
            key: try RecordKey(
                systemId: text(&random),
                timestamp: Array("2024-01-0\(number % 9 + 1)T10:00:00.1\(number % 10)Z".utf8),
                auditId: Identifier("id \(number), \"\(number)\"")),
            userId: text(&random), resourceId: text(&random),
            attributes: Array(attributes[Int.random(in: attributes.indices, using: &random)].utf8))
    }

    private func form(_ columns: String?, isForSpreadsheets: Bool = false) -> ExportManifest.Form {
        ExportManifest.Form(
            type: columns == nil ? "application/x-ndjson" : "text/csv",
            columns: columns.map { RecordColumn.names(in: $0) },
            isForSpreadsheets: columns.map { _ in isForSpreadsheets },
            compression: .none)
    }

    private func read(
        _ bytes: [UInt8], _ form: ExportManifest.Form, _ random: inout SplitMix64
    ) throws -> (records: [AuditRecord], faults: [String], parts: Int) {
        var rows = ExportedRows(form)
        var found: (records: [AuditRecord], faults: [String], parts: Int) = ([], [], 0)
        func take(_ row: ExportedRows.Row) {
            switch row {
            case .record(let record): found.records.append(record)
            case .fault(let fault): found.faults.append(fault)
            case .part: found.parts += 1
            case .heading: break
            }
        }
        rows.begin()
        var place = 0
        while place < bytes.count {
            let end = min(bytes.count, place + Int.random(in: 1...200, using: &random))
            try rows.take(bytes[place..<end], take)
            place = end
        }
        try rows.end(take)
        return found
    }

    @Test func `lines and rows of cells are the records that were written, in pieces of any size`() {
        forAll(cases: 200) { random in
            let records = try (0..<Int.random(in: 0...30, using: &random)).map { try record($0, &random) }
            for columns in [nil, "attributes,auditId,n,timestamp,userId,resourceId,systemId"] {
                let writer = RecordWriter(
                    try columns.map { .csv(try RecordColumn.list(Array($0.utf8))) } ?? .ndjson)
                var bytes = writer.header
                for record in records {
                    _ = try writer.append(record, attributes: record.attributes, within: .max, to: &bytes)
                }
                let found = try read(bytes, form(columns), &random)
                try require(
                    found.faults.isEmpty && found.records == records, "\(columns ?? "lines"): \(found)")
                // Without its last bytes the last row is none.
                guard let cut = bytes.indices.last, !records.isEmpty else { continue }
                let shorter = try read(Array(bytes[..<cut]), form(columns), &random)
                try require(
                    !shorter.faults.isEmpty && shorter.records == Array(records.dropLast()), "cut off")
            }
        }
    }

    @Test func `events of OCSF are the records that they hold`() {
        forAll(cases: 100) { random in
            let records = try (0..<9).map { try record($0, &random) }
            let lines = ExportLines.events(RecordFormWriter(.ocsf, version: "1"))
            var bytes = lines.header
            for record in records { try lines.append(record, to: &bytes) }
            var form = form(nil)
            form.schema = ExportManifest.Form.ocsf
            let found = try read(bytes, form, &random)
            try require(found.faults.isEmpty && found.records == records, "\(found)")
            let other = try read(Array("{\"unmapped\":{}}\n{}\n[]\n".utf8), form, &random)
            try require(other.faults.count == 3 && other.records.isEmpty, "\(other)")
        }
    }

    @Test func `columns that have not all of a record, or are changed for spreadsheets, are counted alone`() {
        forAll(cases: 50) { random in
            let records = try (0..<9).map { try record($0, &random) }
            for (columns, isForSpreadsheets) in [
                ("timestamp,userId", false),
                ("timestamp,userId,resourceId,systemId,auditId,attributes", true),
            ] {
                let list = try RecordColumn.list(Array(columns.utf8))
                let writer = RecordWriter(isForSpreadsheets ? .spreadsheet(list) : .csv(list))
                var bytes = writer.header
                for record in records {
                    _ = try writer.append(record, attributes: record.attributes, within: .max, to: &bytes)
                }
                let form = form(columns, isForSpreadsheets: isForSpreadsheets)
                try require(!ExportedRows.areWhole(form), columns)
                let found = try read(bytes, form, &random)
                try require(found.faults.isEmpty && found.parts == 9 && found.records.isEmpty, "\(found)")
            }
        }
    }

    @Test func `what is no row of an export says why`() throws {
        var random = SplitMix64(seed: 1)
        for wrong in ["{}\n", "x\n", "\n", #"{"id":"A"}"# + "\n", "{"] {
            #expect(try read(Array(wrong.utf8), form(nil), &random).faults.count == 1, "\(wrong)")
        }
        let columns = "timestamp,userId,resourceId,systemId,auditId,attributes"
        for wrong in ["", "a,b\r\n", columns + "\r\nx\r\n", columns + "\r\nx,u,r,s,a,{}\r\n", columns]
        where !wrong.isEmpty {
            #expect(try read(Array(wrong.utf8), form(columns), &random).faults.count == 1, "\(wrong)")
        }
    }
}
