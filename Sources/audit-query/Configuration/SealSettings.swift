import Evidence
import QueryService

/// Whether days are sealed, and by whom.
struct SealSettings {
    let isEnabled: Bool
    /// How long after its end a day is closed.
    let hours: Int
    /// The private key, which is the sealer's alone.
    let keyFile: String
    /// The name of the log; empty where none is given.
    let origin: String
    let folder: SealFolder

    init(_ source: SettingsSource) throws(SettingsError) {
        isEnabled = try source.bool("seal.enabled")
        hours = try source.int("seal.after-hours", in: 1...8784)
        keyFile = try source.text("seal.key-file")
        origin = try source.optionalText("seal.origin") ?? ""
        folder = SealFolder(path: try source.text("seal.folder"))
        guard origin.isEmpty || VerifierKey.isName(origin) else {
            throw source.fault(
                "seal.origin", "must be a name without spaces and '+', such as audit.example.com/prod")
        }
        guard !isEnabled || !origin.isEmpty else {
            throw source.fault(
                "seal.origin", "must name this installation's log of seals, such as audit.example.com/prod")
        }
    }

    /// What everybody may read, and verifies what the key signs.
    var publicKeyFile: String { "\(keyFile).pub" }
}
