/// What goes on from one source of a load to the next: events whose lines may stand in several of them, as where auditd has
/// begun another file within an event.
package struct OpenEvents {
    /// By the names of their formats.
    private var readers: [String: any JoiningReader] = [:]
    /// The first source from which on events may have been joined: whoever goes on with a load begins with it. Nil where each
    /// source so far has ended with all that was in it.
    package private(set) var firstSource: Int?

    /// Nothing yet.
    package init() {}

    /// A reader at the beginning of a source, behind what the sources before it have left open.
    mutating func reader(of format: LogFormat, _ options: FormatOptions, source: Int) -> any SourceReader {
        let reader: any SourceReader = readers.removeValue(forKey: format.name) ?? format.reader(options)
        guard var joining = reader as? any JoiningReader else { return reader }
        joining.begin(source: source)
        firstSource = firstSource ?? source
        return joining
    }

    /// Keeps a reader for the sources that may come.
    mutating func keep(_ reader: any JoiningReader, of format: LogFormat) { readers[format.name] = reader }

    /// Gives all that is open: no source comes any more.
    package mutating func end<Failure: Error>(
        _ body: (Reading, SourceLine) throws(Failure) -> Void
    ) throws(Failure) {
        for name in readers.keys.sorted() {
            guard var reader = readers.removeValue(forKey: name) else { continue }
            for reading in reader.end() { try body(reading, reader.place(of: reading.line)) }
        }
        firstSource = nil
    }
}
