import TestSupport
import Testing

/// For a suite of live tests: each runs on a thread of its own, and where the suite names an installation,
/// all its tests share that one, as ``LiveInstallation/shared``.
struct LiveTrait: SuiteTrait, TestTrait, TestScoping {
    let options: LiveInstallation.Options?

    var isRecursive: Bool { true }

    func scopeProvider(for test: Test, testCase: Test.Case?) -> LiveTrait? {
        test.isSuite == (testCase == nil) ? self : nil
    }

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        guard test.isSuite else {
            await Turnstile.tests.enter()
            defer { Turnstile.tests.leave() }
            return try await withTaskExecutorPreference(OwnThreads.shared) { try await function() }
        }
        guard let options, LiveInstallation.current == nil else { return try await function() }
        let installation = try await onOwnThread { try LiveInstallation(options) }
        let result = await Result.of {
            try await LiveInstallation.$current.withValue(installation) { try await function() }
        }
        try await onOwnThread { try installation.stop() }
        try result.get()
    }

    @concurrent private func onOwnThread<Value: Sendable>(
        _ body: @Sendable @escaping () throws -> Value
    ) async throws -> Value {
        await Turnstile.tests.enter()
        defer { Turnstile.tests.leave() }
        return try await withTaskExecutorPreference(OwnThreads.shared) { @concurrent () async throws in
            try body()
        }
    }
}

extension Result where Failure == any Error, Success: Sendable {
    fileprivate static func of(_ body: () async throws -> Success) async -> Self {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}

extension Trait where Self == LiveTrait {
    /// Live tests that share one installation.
    static func live(_ options: LiveInstallation.Options) -> LiveTrait { LiveTrait(options: options) }

    /// Live tests that make installations of their own.
    static var live: LiveTrait { LiveTrait(options: nil) }
}

extension Trait where Self == IssueHandlingTrait {
    /// When a test fails, its installation's logs are printed at its end.
    static var logsOnFailure: IssueHandlingTrait {
        .compactMapIssues { issue in
            LiveInstallation.current?.noteFailure()
            return issue
        }
    }
}
