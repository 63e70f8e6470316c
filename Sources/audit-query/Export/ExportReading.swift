import AuditRecords
import Dispatch
import Foundation
import Synchronization

/// Reads the parts of a range on several threads, and hands over their pages in order. It holds a few pages of a few parts.
final class ExportReading: Sendable {
    /// The pages of one part, in order; a failure or the end last.
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
        var channels: [Int: Channel] = [:]
        var taken = 0
        var isOver = false
    }

    private let source: any ExportSource
    private let slices: ExportSlices
    private let state = Mutex(State())
    private let threads: Int
    /// Parts that may be begun.
    private let window = DispatchSemaphore(value: 0)
    /// Parts that are begun, or the end.
    private let begun = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)

    init(_ source: any ExportSource, _ slices: ExportSlices, threads: Int) {
        (self.source, self.slices, self.threads) = (source, slices, threads)
    }

    /// Hands over all pages, in order.
    func run(_ take: (ExportRows) throws -> Void) throws {
        for _ in 0..<2 * threads { window.signal() }
        for _ in 0..<threads { Thread.detachNewThread { self.read() } }
        // Those who read are let go of: the program is about to end, or their parts are at their end.
        defer { isStopped.store(true, ordering: .relaxed) }
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
            slices.note(count)
            window.signal()
        }
    }

    private func nextChannel() -> Channel? {
        begun.wait()
        return state.withLock { state in
            defer { state.taken += 1 }
            return state.channels.removeValue(forKey: state.taken)
        }
    }

    private func read() {
        while true {
            window.wait()
            let channel = Channel()
            let slice: ExportSlices.Slice? = state.withLock { state in
                guard let slice = slices.next() else {
                    if !state.isOver { begun.signal() }
                    state.isOver = true
                    return nil
                }
                state.channels[slice.index] = channel
                begun.signal()
                return slice
            }
            guard let slice else {
                // The next one that waits ends too.
                window.signal()
                return
            }
            read(slice, into: channel)
        }
    }

    private func read(_ slice: ExportSlices.Slice, into channel: Channel) {
        do {
            var place: ExportPlace?
            repeat {
                guard !isStopped.load(ordering: .relaxed) else { return }
                let page = try source.rows(in: slice.range, from: place)
                if page.rows.count > 0 { channel.put(.rows(page.rows)) }
                place = page.next
            } while place != nil
            channel.put(.end)
        } catch {
            channel.put(.failed(error))
        }
    }
}
