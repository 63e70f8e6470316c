/// Reads the records of one source, as its bytes come. Memory does not grow with the source.
package protocol SourceReader {
    /// What the next bytes complete.
    mutating func take(_ chunk: ArraySlice<UInt8>) -> [Reading]
    /// What can be told to have ended, though more may come: for a source that is read while it is written.
    mutating func settle() -> [Reading]
    /// What ends with the source, or breaks off there.
    mutating func end() -> [Reading]
}

/// A reader that joins events whose lines stand in several sources, which it reads one after the other. Its readings count
/// lines through all of them.
package protocol JoiningReader: SourceReader {
    /// Another source begins.
    mutating func begin(source: Int)
    /// What ends with a source behind which others may come.
    mutating func endSource() -> [Reading]
    /// What is whole, of a source that cannot be read to its end: what may go on in the rest of it is left out.
    mutating func breakOff() -> [Reading]
    /// Where a line stands.
    func place(of line: Int) -> SourceLine
}
