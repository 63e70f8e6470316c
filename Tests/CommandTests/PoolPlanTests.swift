import ArgumentParser
import QueryService
import Testing

@testable import audit_query

/// What leads from one pool to another, and what is kept of it.
@Suite struct PoolPlanTests {
    private func settings(_ workers: Int, _ change: (inout PoolSettings) -> Void = { _ in }) -> PoolSettings {
        var settings = PoolSettings()
        settings.workers = workers
        change(&settings)
        return settings
    }

    private func state(_ enabled: [Int], active: Set<Int>? = nil, like settings: PoolSettings) -> PoolState {
        var state = PoolState()
        (state.enabled, state.active) = (enabled, active ?? Set(enabled))
        state.isTargetActive = !enabled.isEmpty
        (state.settings, state.memoryDropIn) = (settings.text, settings.memoryDropIn)
        return state
    }

    private func plan(_ state: PoolState, _ wanted: PoolSettings, site: String? = "site") -> [PoolStep] {
        PoolStep.plan(from: state, to: wanted, count: wanted.workers ?? 0, site: site)
    }

    @Test func `a first pool is started, served, enabled and kept`() {
        let wanted = settings(2)
        #expect(
            plan(PoolState(), wanted) == [
                .start(1, isNew: true), .start(2, isNew: true), .serve(site: "site"),
                .enable(upTo: 2, new: [1, 2]), .startTarget, .keep(wanted.text),
                .limitMemory(wanted.memoryDropIn),
            ])
    }

    @Test func `workers go last, when nothing can fail any more that needs room`() {
        let wanted = settings(1) { $0.memory = "1G" }
        #expect(
            plan(state([1, 2, 3], like: settings(3)), wanted) == [
                .serve(site: "site"), .enable(upTo: 1, new: []), .keep(wanted.text),
                .limitMemory(wanted.memoryDropIn), .remove(2), .remove(3),
            ])
    }

    @Test func `what is as it should be is left alone, but nginx`() {
        let wanted = settings(2)
        let same = state([1, 2], like: wanted)
        #expect(plan(same, wanted) == [.serve(site: "site"), .enable(upTo: 2, new: [])])
        #expect(plan(same, wanted, site: nil) == [.enable(upTo: 2, new: [])])
    }

    @Test func `a worker of the pool that does not run is started, and not taken away if that is undone`() {
        let wanted = settings(2)
        let steps = plan(state([1, 2], active: [2], like: wanted), wanted)
        #expect(steps.first == .start(1, isNew: false))
    }

    @Test func `new workers are ready before nginx knows them, and old ones go after it has forgotten them`()
        throws
    {
        for before in 0...4 {
            for after in 1...4 {
                let steps = plan(state(Array(1..<(before + 1)), like: settings(9)), settings(after))
                let served = try #require(steps.firstIndex(of: .serve(site: "site")))
                for (index, step) in steps.enumerated() {
                    switch step {
                    case .start: #expect(index < served)
                    case .remove: #expect(index > served)
                    default: break
                    }
                }
                let started = steps.count { if case .start = $0 { true } else { false } }
                let removed = steps.count { if case .remove = $0 { true } else { false } }
                #expect(started == max(0, after - before) && removed == max(0, before - after))
            }
        }
    }

    @Test func `settings are read as they were written, by the script of before too`() {
        let wanted = settings(4) {
            $0.memory = "1G"
            ($0.certificate, $0.certificateKey) = ("/etc/ssl/a=b.pem", "/etc/ssl/private/key.pem")
            $0.listen = ["127.0.0.1:8443", "[::1]:8443"]
        }
        #expect(PoolSettings(text: wanted.text) == wanted)
        #expect(PoolSettings(text: "") == PoolSettings())
        let old = """
            # Written by audit-query pool: change it with that.
            workers=2
            memory=300M
            certificate=/a
            certificate-key=/b
            listen=443 [::]:443
            other=1
            """
        let read = PoolSettings(text: old)
        #expect(
            read.workers == 2 && read.memory == "300M" && read.certificateKey == "/b" && read.fault == nil)
    }

    @Test(arguments: ["255M", "1025M", "2G", "much", "", "0512M", "+512M", "512"])
    func `other limits of memory are refused`(_ memory: String) {
        #expect(
            settings(1) { $0.memory = memory }.fault?.hasPrefix("--memory must be from 256M to 1G") == true)
    }

    @Test func `limits of memory, certificates and counts that fit are taken`() {
        for memory in ["256M", "512M", "1024M", "1G"] {
            #expect(settings(1) { $0.memory = memory }.fault == nil)
        }
        #expect(settings(1) { $0.certificate = "/a" }.fault?.contains("belong together") == true)
        #expect(settings(0).fault != nil && settings(100).fault != nil && settings(99).fault == nil)
    }

    @Test func `words of the command say what is to be done`() throws {
        func order(_ words: String...) throws -> PoolOrder? {
            try (AuditQueryCommand.parseAsRoot(["pool"] + words) as? PoolCommand)?.order
        }
        #expect(try order() == nil)
        #expect(try order("4", "--memory", "1G") == .set(4))
        #expect(try order("--memory", "1G", "4") == .set(4))
        #expect(try order("restart") == .restart)
        for words in [
            ["0"], ["100"], ["many"], ["4", "5"], ["restart", "--memory", "1G"], ["stop", "3"], ["recover"],
        ] {
            #expect(throws: (any Error).self) { try AuditQueryCommand.parseAsRoot(["pool"] + words) }
        }
        let recover = try AuditQueryCommand.parseAsRoot(["pool", "recover", "3"]) as? PoolCommand
        #expect(recover?.order == .recover && recover?.worker == 3)
    }
}
