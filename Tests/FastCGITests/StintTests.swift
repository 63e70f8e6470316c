import Testing
@testable import FastCGI

/// Who does many short things on end pauses between them.
@Suite struct StintTests {
    @Test func `it pauses when it has been busy for long enough in all, and begins anew`() {
        var stint = Stint()
        let short = Stint.longest / 5
        let seen = (0..<10).map { _ in stint.isOver(after: short) }
        #expect(seen == [false, false, false, false, true, false, false, false, false, true])
    }

    @Test func `one thing that takes long is one pause`() {
        var stint = Stint()
        let seen = [stint.isOver(after: .seconds(3)), stint.isOver(after: .zero)]
        #expect(seen == [true, false])
    }

    @Test func `what it does is done, and then it pauses`() {
        var (stint, done) = (Stint(), 0)
        let start = ContinuousClock.now
        stint.pass {
            done += 1
            let begun = ContinuousClock.now
            while .now - begun < Stint.longest {}
        }
        #expect(done == 1 && .now - start >= Stint.longest + Stint.pause)
    }
}
