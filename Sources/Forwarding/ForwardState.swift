package import Files
internal import Foundation

/// How a forwarder is doing, for whoever asks while it runs and after it has ended: a small file beside its checkpoint, which says more
/// than that and promises less. Nothing is forwarded by it.
package struct ForwardState: Codable, Equatable, Sendable {
    private static let byteCount = 1 << 16

    /// Of the file's form.
    private var version = 1
    /// The far end that it is of.
    package let farEnd: String
    /// When this was written, in seconds since 1970, as all times here.
    package fileprivate(set) var seen: Int64
    /// All that came into the store before this is with the far end.
    package fileprivate(set) var complete: Int64
    /// When the far end last had something new for sure.
    package fileprivate(set) var delivered: Int64?
    /// Records in the file of dead letters.
    package fileprivate(set) var refused: Int
    /// Why nothing is delivered; nil while all is well.
    package fileprivate(set) var failure: String?

    fileprivate init(farEnd: String, seen: Int64, refused: Int) {
        (self.farEnd, self.seen, complete, self.refused) = (farEnd, seen, seen, refused)
    }

    /// Where it is written for a checkpoint.
    package static func path(besides checkpoint: String) -> String { checkpoint + ".state" }

    /// Reads the one of a checkpoint.
    ///
    /// - Returns: nil where there is none of this version.
    /// - Throws: that it cannot be read.
    package static func read(besides checkpoint: String) throws(FileError) -> ForwardState? {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try LocalFile.read(path(besides: checkpoint), limit: byteCount)
        } catch  where error.isMissing {
            return nil
        }
        guard let found = try? JSONDecoder().decode(Self.self, from: Data(bytes)), found.version == 1 else {
            return nil
        }
        return found
    }
}

/// Writes down how a forwarder is doing: ten seconds after it was written last, and whenever something begins to fail.
package final class ForwardReport {
    /// Who asks may take what is older than a few of these for a forwarder that does not run.
    package static let interval = Duration.seconds(10)
    /// What is wrong is told in so many characters at most.
    private static let longestFailure = 1000

    private let path: String
    private let wall: () -> Int64
    private(set) var state: ForwardState
    private var written: ContinuousClock.Instant?
    /// When the store was last read to its end.
    private var edge: Int64?

    /// Goes on with what is written beside a checkpoint, or begins.
    ///
    /// - Parameters:
    ///   - checkpoint: the checkpoint's file.
    ///   - farEnd: the far end's name. What is written of another one is forgotten.
    ///   - refused: records in the file of dead letters now.
    ///   - wall: the time of day, in seconds since 1970.
    package init(besides checkpoint: String, of farEnd: String, refused: Int, wall: @escaping () -> Int64) {
        (path, self.wall) = (ForwardState.path(besides: checkpoint), wall)
        state = ForwardState(farEnd: farEnd, seen: wall(), refused: refused)
        guard let found = try? ForwardState.read(besides: checkpoint), found.farEnd == farEnd else { return }
        // A clock that was ahead would hide how far it is behind.
        (state.complete, state.delivered) = (min(found.complete, state.seen), found.delivered)
    }

    /// Now: what is asked before the store is.
    var now: Int64 { wall() }

    /// The store was read to its end, at some time before.
    func reach(_ time: Int64) { edge = time }

    /// What was read is to be read again.
    func rewind() { edge = nil }

    /// The far end has all that was read.
    func settle(isNew: Bool) {
        if isNew { state.delivered = wall() }
        guard let edge else { return }
        state.complete = edge
        self.edge = nil
    }

    func refuse(_ count: Int) { state.refused = count }

    func fail(_ reason: String) {
        let reason = String(reason.prefix(Self.longestFailure))
        guard state.failure != reason else { return }
        state.failure = reason
        write()
    }

    func succeed() { state.failure = nil }

    /// Writes if it is time.
    func tick() {
        if let written, written.duration(to: .now) < Self.interval { return }
        write()
    }

    /// Writes. What cannot be written stops nothing: who asks then sees how old it is.
    func write() {
        (state.seen, written) = (wall(), .now)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(state) else { return }
        try? LocalFile.replace(path, with: Array(bytes), mode: 0o640)
    }
}
