package import AuditRecords
internal import JSONBytes
package import RecordForms

/// Records as lines of one form, in the order of their arrival. Whoever makes one bounds it: it is held until the far end has it.
package struct ForwardedBatch: Sendable {
    /// What the lines are.
    package let form: RecordForm
    /// The lines, one behind the other, each with its end.
    package private(set) var bytes: [UInt8] = []
    /// The records, in as many.
    package private(set) var keys: [RecordKey] = []
    private var ends: [Int] = []
    private let writer: RecordFormWriter

    /// Nothing yet, of a form.
    package init(_ writer: RecordFormWriter) {
        (self.writer, form) = (writer, writer.form)
    }

    /// How many records it has.
    package var count: Int { keys.count }

    /// Adds a record.
    ///
    /// - Parameters:
    ///   - record: which one.
    ///   - attributes: those of its attributes that are to be seen there.
    /// - Throws: where the attributes are no JSON object. Nothing is added then.
    package mutating func append(_ record: AuditRecord, attributes: [UInt8]) throws(ForwardFault) {
        let start = bytes.count
        do throws(JSONFault) {
            try writer.append(record, attributes: attributes, to: &bytes)
        } catch {
            bytes.removeSubrange(start...)
            let id = String(decoding: record.key.id, as: UTF8.self)
            throw ForwardFault("the record \(id) has attributes that are no JSON object: \(error)")
        }
        bytes.append(UInt8(ascii: "\n"))
        keys.append(record.key)
        ends.append(bytes.count)
    }

    /// The line of a record, without its end.
    package func line(_ index: Int) -> ArraySlice<UInt8> { bytes[start(index)..<(ends[index] - 1)] }

    /// The lines of some records, with their ends.
    func lines(_ range: Range<Int>) -> ArraySlice<UInt8> {
        range.isEmpty ? [] : bytes[start(range.lowerBound)..<ends[range.upperBound - 1]]
    }

    private func start(_ index: Int) -> Int { index == 0 ? 0 : ends[index - 1] }
}

/// Why forwarding cannot go on: somebody has to do something first.
package struct ForwardFault: Error, CustomStringConvertible {
    /// What is wrong, where, and what to do, for a person to read.
    package let description: String
    /// Whether it may pass without a decision: a disk that is full.
    package let isPassing: Bool

    /// A fault of its description.
    package init(_ description: String, isPassing: Bool = false) {
        (self.description, self.isPassing) = (description, isPassing)
    }
}
