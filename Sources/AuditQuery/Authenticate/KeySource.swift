/// The keys of a worker, read again when their file changes, or replaced by whoever reads them elsewhere.
public final class KeySource: Sendable {
    private let file: KeyFile?
    private let state: Locked<State>

    private struct State {
        var ring: KeyRing
        var stamp: LocalFile.Stamp?
    }

    /// Reads the key file for the first time.
    public init(file: KeyFile) throws(FileError) {
        self.file = file
        let stamp = LocalFile.stamp(file.path)
        state = Locked(State(ring: try file.ring(), stamp: stamp))
    }

    /// Keys that do not come from a file.
    public init(ring: KeyRing) {
        file = nil
        state = Locked(State(ring: ring))
    }

    /// From now on these keys are accepted, and no others.
    public func replace(with ring: KeyRing) {
        state.withLock { $0.ring = ring }
    }

    /// The keys as last read.
    public var ring: KeyRing { state.withLock { $0.ring } }

    /// Reads the file again if it has changed since, or in any case if `force` is true. What cannot be read
    /// changes nothing: the keys stay, and the error says why.
    ///
    /// - Returns: whether the keys were read.
    public func reload(force: Bool = false) throws(FileError) -> Bool {
        guard let file else { return false }
        let stamp = LocalFile.stamp(file.path)
        guard force || stamp != state.withLock({ $0.stamp }) else { return false }
        // Remembered before reading: a file that is wrong is reported once, not at every look.
        state.withLock { $0.stamp = stamp }
        let ring = try file.ring()
        state.withLock { $0.ring = ring }
        return true
    }
}
