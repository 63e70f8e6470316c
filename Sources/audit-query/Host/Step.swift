/// One change to a host, and how to take it back.
struct Step {
    /// What it is called in messages, as an order: `start worker 3`.
    let name: String
    /// Makes it. When it throws, half of it may be made.
    let make: () throws(HostError) -> Void
    /// Puts back what was before, also after half of it was made.
    var takeBack: () throws(HostError) -> Void = {}
    /// Takes away what only ``takeBack`` needed, once all steps are made.
    var settle: () -> Void = {}
}

extension [Step] {
    /// Makes all steps, or none: after one that fails it and those before it are taken back, the last one first.
    ///
    /// An interruption is looked for between two steps. A step that cannot be taken back ends the way
    /// back, since it may need what those before it made.
    ///
    /// - Throws: why a step failed, and what stays changed because of it: mostly nothing.
    func make(on host: Host) throws(HostError) {
        host.holdSignals()
        for (index, step) in enumerated() {
            guard !host.isInterrupted() else {
                throw HostError("interrupted; \(self[..<index].takeBack())", .interrupted)
            }
            do throws(HostError) {
                try step.make()
            } catch {
                let rest = self[...index].takeBack()
                throw HostError("\(error); \(rest)", error.status)
            }
        }
        for step in self { step.settle() }
    }
}

extension ArraySlice<Step> {
    /// What is said of the way back.
    fileprivate func takeBack() -> String {
        for (index, step) in zip(indices, self).reversed() {
            do throws(HostError) {
                try step.takeBack()
            } catch {
                let names = self[...index].map(\.name).joined(separator: ", ")
                return "it could not all be taken back (\(error)), so these are made or half made: \(names). "
                    + "Mend that, and repeat the command"
            }
        }
        for step in self { step.settle() }
        return "nothing has changed"
    }
}
