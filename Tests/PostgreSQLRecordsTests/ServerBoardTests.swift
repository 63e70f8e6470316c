import TestSupport
import Testing
@testable import AuditStores
@testable import PostgreSQLRecords

/// Which of some servers is read, without any of them.
@Suite struct ServerBoardTests {
    private let began = ContinuousClock.now

    private func look(
        _ role: ServerLook.Role, _ number: Int64 = 0, of origin: UInt64 = 1, at second: Int
    ) -> ServerLook {
        ServerLook(
            role: role, end: ArrivalPlace(origin: origin, number: number), asked: began + .seconds(second))
    }

    private func source(_ board: ServerBoard, at second: Int, standbys: Bool = true) -> ServerBoard.Source {
        board.source(now: began + .seconds(second), readsStandbys: standbys)
    }

    private func server(
        _ index: Int, _ cause: StoreDoubt.Cause? = nil, known second: Int = 0
    ) -> ServerBoard.Source {
        let doubt = cause.map { StoreDoubt($0, known: began + .seconds(second)) }
        return .server(ServerChoice(index: index, doubt: doubt))
    }

    private func isNone(_ source: ServerBoard.Source, _ word: String) -> Bool {
        guard case .none(let reason) = source else { return false }
        return reason.contains(word)
    }

    @Test func `the primary is read without a doubt while the others follow it`() {
        var board = ServerBoard(count: 3, began: began)
        #expect(isNone(source(board, at: 0), "none answers"))
        board.note(look(.standby, at: 1), of: 0)
        board.note(look(.primary(timeline: 1), at: 1), of: 1)
        board.note(look(.standby, at: 1), of: 2)
        #expect(source(board, at: 2) == server(1))
        // One that was last seen to follow long ago may lead by now.
        for second in 2...20 {
            board.note(look(.standby, at: second), of: 0)
            board.note(look(.primary(timeline: 1), at: second), of: 1)
            board.noteSilence(of: 2)
        }
        #expect(source(board, at: 7) == server(1))
        #expect(source(board, at: 20) == server(1, .primaryAlone, known: 1))
        board.note(look(.standby, at: 21), of: 2)
        board.note(look(.primary(timeline: 1), at: 21), of: 1)
        board.note(look(.standby, at: 21), of: 0)
        #expect(source(board, at: 21) == server(1))
    }

    @Test func `one that was never seen may be the primary since this process began`() {
        var board = ServerBoard(count: 2, began: began)
        for second in [0, 1, 30] {
            board.note(look(.primary(timeline: 1), at: second), of: 0)
            board.noteSilence(of: 1)
            // A command is over by the time in which one that was seen would be missed.
            #expect(source(board, at: second) == server(0, .primaryAlone, known: 0))
        }
    }

    @Test func `of two primaries the one of the later timeline is right, also when only the other answers`() {
        var board = ServerBoard(count: 2, began: began)
        board.note(look(.primary(timeline: 1), at: 1), of: 0)
        board.note(look(.standby, at: 1), of: 1)
        board.note(look(.primary(timeline: 2), at: 2), of: 1)
        #expect(source(board, at: 3) == server(1))
        board.noteSilence(of: 1)
        #expect(isNone(source(board, at: 3), "left behind"))
        // The one that was left is not asked for long, and is no reason to doubt.
        board.note(look(.primary(timeline: 2), at: 60), of: 1)
        board.noteSilence(of: 0)
        #expect(source(board, at: 60) == server(1))
        // Once it follows and vanishes, it is.
        board.note(look(.standby, at: 61), of: 0)
        board.note(look(.primary(timeline: 2), at: 80), of: 1)
        #expect(source(board, at: 80) == server(1, .primaryAlone, known: 61))
    }

    @Test func `two of one timeline are none`() {
        var board = ServerBoard(count: 2, began: began)
        for index in 0...1 { board.note(look(.primary(timeline: 2), at: 1), of: index) }
        #expect(isNone(source(board, at: 1), "stop the other"))
    }

    @Test func `a standby is read when no primary answers, as of when it had what the primary had`() {
        var board = ServerBoard(count: 2, began: began)
        for (second, number) in [(1, 10), (2, 20), (3, 30)] {
            board.note(look(.primary(timeline: 1), Int64(number), at: second), of: 0)
        }
        board.note(look(.standby, 25, at: 3), of: 1)
        #expect(source(board, at: 3) == server(0))
        board.noteSilence(of: 0)
        #expect(source(board, at: 4) == server(1, .standby, known: 2))
        #expect(isNone(source(board, at: 4, standbys: false), "a standby answers"))
        // It replays what it has got.
        board.note(look(.standby, 30, at: 5), of: 1)
        #expect(source(board, at: 5) == server(1, .standby, known: 3))
        board.note(look(.standby, 30, at: 500), of: 1)
        #expect(source(board, at: 500) == server(1, .standby, known: 3))
        // What is old itself is no answer.
        #expect(isNone(source(board, at: 510), "none answers"))
    }

    @Test func `a standby of another order, or one that was never compared, is not read`() {
        var board = ServerBoard(count: 2, began: began)
        board.note(look(.standby, 25, at: 1), of: 1)
        board.noteSilence(of: 0)
        #expect(isNone(source(board, at: 1), "has not seen"))
        board.note(look(.primary(timeline: 3), 10, of: 2, at: 2), of: 0)
        board.note(look(.standby, 25, of: 1, at: 2), of: 1)
        board.noteSilence(of: 0)
        #expect(isNone(source(board, at: 2), "has not seen"))
    }

    @Test func `what followed the primary before is compared anew with the one behind it`() {
        var board = ServerBoard(count: 3, began: began)
        board.note(look(.primary(timeline: 1), 10, at: 1), of: 0)
        board.note(look(.standby, 10, at: 1), of: 1)
        board.note(look(.standby, 10, at: 1), of: 2)
        board.noteSilence(of: 0)
        board.note(look(.primary(timeline: 2), 9, at: 2), of: 1)
        board.note(look(.primary(timeline: 2), 12, of: 2, at: 3), of: 1)
        board.noteSilence(of: 1)
        // It may still follow the one that was left.
        board.note(look(.standby, 11, at: 4), of: 2)
        #expect(source(board, at: 4) == server(2, .standby, known: 2))
        board.note(look(.primary(timeline: 2), 12, of: 2, at: 5), of: 1)
        #expect(source(board, at: 5) == server(1))
    }
}
