/// Reads the records of one source, as its bytes come. Memory does not grow with the source.
package protocol SourceReader {
    /// What the next bytes complete.
    mutating func take(_ chunk: ArraySlice<UInt8>) -> [Reading]
    /// What can be told to have ended, though more may come: for a source that is read while it is written.
    mutating func settle() -> [Reading]
    /// What ends with the source, or breaks off there.
    mutating func end() -> [Reading]
}
