internal import Threads
package import Files

/// The keys of a worker, read again when their file changes, or replaced by whoever reads them elsewhere.
package final class KeySource: Sendable {
    private let file: KeyFile?
    private let state: Locked<State>

    private struct State {
        var ring: KeyRing
        /// The file's state that needs no more reading.
        var stamp: LocalFile.Stamp?
        /// What was last said of a file that could not be read.
        var failure: String?
    }

    /// Reads the key file for the first time.
    package init(file: KeyFile) throws(FileError) {
        self.file = file
        let stamp = LocalFile.stamp(file.path)
        state = Locked(State(ring: try file.ring(), stamp: stamp))
    }

    /// Keys that do not come from a file.
    package init(ring: KeyRing) {
        file = nil
        state = Locked(State(ring: ring))
    }

    /// From now on these keys are accepted, and no others.
    ///
    /// - Returns: what differs from those before.
    @discardableResult package func replace(with ring: KeyRing) -> KeyChanges {
        // The old ones are let go of when the lock is free again: 100,000 take their time.
        let old = state.withLock { state in
            defer { state.ring = ring }
            return state.ring
        }
        return withExtendedLifetime(old) { old.changes(to: ring) }
    }

    /// The keys as last read.
    package var ring: KeyRing { state.withLock { $0.ring } }

    /// Reads the file again if it has changed since, or in any case if `force` is true. What cannot be read changes nothing:
    /// the keys stay, and the error says why, once for each reason. Content that is wrong is not read again before it changes;
    /// where the system refused, the next look tries again, so that no change is ever passed over.
    ///
    /// - Returns: what differs from the keys before; nil if they were not read.
    package func reload(force: Bool = false) throws(FileError) -> KeyChanges? {
        guard let file else { return nil }
        let stamp = LocalFile.stamp(file.path)
        let (known, failure) = state.withLock { ($0.stamp, $0.failure) }
        guard force || stamp == nil || stamp != known else { return nil }
        do throws(FileError) {
            let ring = try file.ring()
            let changes = replace(with: ring)
            state.withLock { ($0.stamp, $0.failure) = (stamp, nil) }
            return changes
        } catch {
            state.withLock { state in
                state.failure = error.description
                state.stamp = error.cause == .content ? stamp : nil
            }
            guard force || error.cause == .content || failure != error.description else { return nil }
            throw error
        }
    }
}
