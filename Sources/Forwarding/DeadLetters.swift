internal import AuditRecords
internal import Glibc
internal import JSONBytes
internal import RecordForms

/// The file of records that the far end refuses for good: a line each, with the reason, and the record as it was sent.
///
/// It has at most so many bytes: when it is full, forwarding stops until somebody has looked, for what is refused by the thousand is
/// refused for a reason that can be mended.
package final class DeadLetters {
    /// The file.
    package let path: String
    private let limit: Int
    private var file: LineFile?
    /// Records that were added.
    package private(set) var count = 0
    /// Records in it.
    package private(set) var total: Int

    /// Opens the file, or makes it.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - limit: in bytes.
    /// - Throws: that it cannot be opened.
    package init(_ path: String, limit: Int) throws(ForwardFault) {
        (self.path, self.limit) = (path, limit)
        do throws(LineFileError) {
            let opened = try LineFile(path)
            total = try opened.lineCount()
            file = opened
        } catch {
            throw ForwardFault("--dead-letters: \(error)", isPassing: true)
        }
    }

    /// Adds some records of a batch. They are on the disk when this returns, in the file that the path names then.
    func add(_ batch: borrowing ForwardedBatch, _ range: Range<Int>, _ reason: String) throws(ForwardFault) {
        var lines: [UInt8] = []
        for index in range {
            lines.append(json: "{\"id\":")
            lines.append(jsonString: batch.keys[index].id)
            lines.append(json: ",\"reason\":")
            lines.append(jsonString: Array(reason.utf8))
            lines.append(json: batch.form == .cef ? ",\"message\":" : ",\"record\":")
            if batch.form == .cef {
                lines.append(jsonString: batch.line(index))
            } else {
                lines += batch.line(index)
            }
            lines.append(json: "}\n")
        }
        let file = try inPlace()
        guard file.byteCount + lines.count <= limit else {
            throw ForwardFault(
                "\(path): is full of records that the far end refuses, the last because it \(reason): see why, move the file away, "
                    + "and start again: nothing is lost", isPassing: true)
        }
        do throws(LineFileError) {
            try file.append(lines)
            try file.sync()
        } catch {
            throw ForwardFault("--dead-letters: \(error)", isPassing: true)
        }
        (count, total) = (count + range.count, total + range.count)
    }

    /// The file that the path names: another one where whoever has seen to the refused records has taken that one away.
    private func inPlace() throws(ForwardFault) -> LineFile {
        if let file, file.isInPlace { return file }
        // It may be the same one, whose lock is given back first.
        file = nil
        do throws(LineFileError) {
            let opened = try LineFile(path)
            total = try opened.lineCount()
            file = opened
            return opened
        } catch {
            throw ForwardFault("--dead-letters: \(error)", isPassing: true)
        }
    }
}
