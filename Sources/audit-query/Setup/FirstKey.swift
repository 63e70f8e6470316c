import AuditRecords
import Files
import QueryService
import Glibc

/// The key that `setup` makes where none is valid. One that nobody gets to see is taken away again.
final class FirstKey {
    private let name: String
    private let settings: Settings
    private var made: APIKey?
    private var hadFile = true
    /// The key itself; nil while none was made.
    private(set) var secret: String?

    init(name: String, settings: Settings) {
        self.name = name
        self.settings = settings
    }

    /// Makes it.
    var step: Step {
        Step(name: "make the key \(name)") { [self] () throws(HostError) in
            try reporting { try make() }
        } takeBack: { [self] () throws(HostError) in
            try takeBack()
        }
    }

    /// Takes it away, if one was made.
    func takeBack() throws(HostError) {
        try reporting { try remove() }
    }

    private func make() throws {
        let file = try settings.keyFile()
        let now = TimeSource.system.wall()
        guard try !hasKey(file, now) else { return }
        let key = try NewAPIKey()
        made = try file.add(key, name: name, policy: Policy(scope: .all), expires: nil, now: now)
        secret = key.secret
    }

    /// Whether a key is valid. The first key makes the file.
    private func hasKey(_ file: KeyFile, _ now: Timestamp) throws(FileError) -> Bool {
        do throws(FileError) {
            return try file.keys().contains { $0.isValid(at: now) }
        } catch {
            guard error.isMissing else { throw error }
            hadFile = false
            return false
        }
    }

    private func remove() throws {
        guard let made else { return }
        let file = try settings.keyFile()
        try file.remove(id: made.id)
        if !hadFile, try file.keys().isEmpty { unlink(file.path) }
        secret = nil
    }

    private func reporting(_ body: () throws -> Void) throws(HostError) {
        do {
            try body()
        } catch {
            throw HostError("the first key: \(error)")
        }
    }
}
