/// Where and why an answer of DynamoDB cannot be read, or a record cannot be written for it. Holds nothing of
/// what the bytes say.
package struct TranscodingError: Error, Equatable, CustomStringConvertible {
    /// Bytes before the fault.
    package let offset: Int
    /// What is wrong.
    package let detail: String

    /// What is wrong, and where: bytes are counted from 1.
    package var description: String { "\(detail), at byte \(offset + 1)" }
}
