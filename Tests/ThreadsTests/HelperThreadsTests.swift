import Dispatch
import Testing
import Tracing
@testable import Threads

@Suite struct HelperThreadsTests {
    private enum Name: ServiceContextKey { typealias Value = String }

    /// The name in the context of whoever runs each of two jobs, neither of which ends before both have begun.
    private func names(_ helpers: HelperThreads) -> [String?] {
        let begun = DispatchGroup()
        for _ in 0..<2 { begun.enter() }
        return helpers.map(2) { _ in
            begun.leave()
            #expect(begun.wait(timeout: .now() + 60) == .success)
            return ServiceContext.current?[Name.self]
        }
    }

    @Test func `calls inside a call have threads of their own, as many as there may be`() {
        let helpers = HelperThreads(limit: 15)
        let begun = DispatchGroup()
        for _ in 0..<16 { begun.enter() }
        let results = helpers.map(4) { _ in
            helpers.map(4) { _ in
                begun.leave()
                return begun.wait(timeout: .now() + 60) == .success
            }
        }
        #expect(results == Array(repeating: Array(repeating: true, count: 4), count: 4))
    }

    @Test func `helpers work in the caller's context, and keep none of it`() {
        let helpers = HelperThreads(limit: 1)
        for name in ["one", "two"] {
            var context = ServiceContext.topLevel
            context[Name.self] = name
            ServiceContext.withValue(context) {
                #expect(names(helpers) == [name, name])
            }
        }
        #expect(names(helpers) == [nil, nil])
    }
}
