import AuditRecords
import Dispatch
import Foundation
import Synchronization

/// Reads the slices of a range on several threads, and hands over their pages in order. It holds a few pages of a few slices.
final class ExportReading: Sendable {
    /// The pages of one slice, in order; a failure or the end last.
    private final class Channel: Sendable {
        enum Event: Sendable {
            case rows(ExportRows)
            case failed(any Error)
            case end
        }

        private let events = Mutex<[Event]>([])
        private let filled = DispatchSemaphore(value: 0)
        private let free = DispatchSemaphore(value: 0)

        init() {
            for _ in 0..<2 { free.signal() }
        }

        func put(_ event: Event) {
            free.wait()
            events.withLock { $0.append(event) }
            filled.signal()
        }

        func take() -> Event {
            filled.wait()
            defer { free.signal() }
            return events.withLock { $0.removeFirst() }
        }
    }

    private struct State {
        var slices: ExportSlices
        /// Of each slice that has begun and not ended.
        var channels: [Int: Channel] = [:]
    }

    private let source: any ExportSource
    private let threads: Int
    private let state: Mutex<State>
    /// Signalled when a slice has begun that may be the first.
    private let begun = DispatchSemaphore(value: 0)
    /// Signalled when a slice may begin that could not before, or none will.
    private let canBegin = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)

    init(_ source: any ExportSource, _ slices: ExportSlices, threads: Int) {
        (self.source, self.threads) = (source, threads)
        state = Mutex(State(slices: slices))
    }

    /// Hands over all pages, in order.
    func run(_ take: (ExportRows) throws -> Void) throws {
        for _ in 0..<threads { Thread.detachNewThread { self.read() } }
        // Those who read are let go of: the program is about to end, or their slices are at their end.
        defer {
            isStopped.store(true, ordering: .relaxed)
            wakeReaders()
        }
        while let channel = nextChannel() {
            var count = 0
            reading: while true {
                switch channel.take() {
                case .rows(let rows):
                    count += rows.count
                    try take(rows)
                case .failed(let error): throw error
                case .end: break reading
                }
            }
            state.withLock { $0.slices.end(count: count) }
            wakeReaders()
        }
    }

    private func nextChannel() -> Channel? {
        while true {
            let (channel, isOver) = state.withLock { state in
                (state.slices.first.flatMap { state.channels.removeValue(forKey: $0) }, state.slices.isEmpty)
            }
            if channel != nil || isOver { return channel }
            begun.wait()
        }
    }

    private func wakeReaders() {
        for _ in 0..<threads { canBegin.signal() }
    }

    private func read() {
        while !isStopped.load(ordering: .relaxed) {
            let next: (ExportSlices.Slice, Channel)? = state.withLock { state in
                guard let slice = state.slices.next() else { return nil }
                let channel = Channel()
                state.channels[slice.number] = channel
                return (slice, channel)
            }
            guard let (slice, channel) = next else {
                canBegin.wait()
                continue
            }
            begun.signal()
            read(slice, into: channel)
        }
    }

    private func read(_ slice: ExportSlices.Slice, into channel: Channel) {
        do {
            var place: ExportPlace?
            var (first, count): (Timestamp?, Int) = (nil, 0)
            repeat {
                guard !isStopped.load(ordering: .relaxed) else { return }
                var page = try source.rows(in: slice.range, from: place)
                place = page.next
                first = first ?? page.rows.rows.first?.key.instant
                if place != nil, count + page.rows.count >= ExportSlices.most, let first,
                    cut(slice, from: first, &page.rows, behind: count)
                {
                    place = nil
                }
                count += page.rows.count
                if page.rows.count > 0 { channel.put(.rows(page.rows)) }
            } while place != nil
            channel.put(.end)
        } catch {
            channel.put(.failed(error))
        }
    }

    /// Leaves what comes behind a page to whoever reads next, with the page's records of its last instant: there may be more of it.
    private func cut(
        _ slice: ExportSlices.Slice, from first: Timestamp, _ rows: inout ExportRows, behind count: Int
    ) -> Bool {
        guard let last = rows.rows.last?.key.instant else { return false }
        let kept = rows.rows.count { $0.key.instant != last }
        guard kept > 0 else { return false }
        let isCut = state.withLock {
            $0.slices.cut(slice.number, from: first, at: last, count: count + kept)
        }
        guard isCut else { return false }
        rows.keep(first: kept)
        wakeReaders()
        return true
    }
}
