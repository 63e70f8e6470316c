internal import JSONBytes

extension JSONFormat {
    /// What an event says that stands as text within another, or on a line of its own.
    ///
    /// - Throws: why it becomes no record: `fault`, where it is no object.
    func event(
        text: ArraySlice<UInt8>, _ times: TimeReader, orFail fault: String = "is not JSON"
    ) throws(EventFault) -> Event {
        guard let value = try? JSONText(Array(text)).root, value.isObject else { throw .refused(fault) }
        if let fault = value.repetition { throw fault }
        return try event(value, times)
    }
}
