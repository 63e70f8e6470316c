/// What whoever loads says about all events of a load.
package struct FormatOptions: Sendable {
    /// The system that all events are of, whatever they name; nil for the one that each names.
    package var system: [UInt8]?
    /// What times without zone mean.
    package var times: TimeReader

    /// Options; `system` is UTF-8.
    package init(system: [UInt8]? = nil, times: TimeReader = TimeReader()) {
        self.system = system
        self.times = times
    }
}
