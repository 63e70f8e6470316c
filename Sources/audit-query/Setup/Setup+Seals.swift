import Evidence
import Glibc

extension Setup {
    /// The key that signs the log of seals, where days are to be sealed; one that is there stays.
    func sealSteps(_ settings: Settings) -> [Step] {
        let seal = settings.seal
        let (file, publicFile) = (host.path(seal.keyFile), host.path(seal.publicKeyFile))
        guard seal.isEnabled, !host.has(seal.keyFile) else { return [] }
        let step = Step(name: "make the key of the seals \(file)") { () throws(HostError) in
            do {
                _ = try NoteKeyFile.make(file, name: seal.origin, kind: .note)
            } catch {
                throw HostError("\(error)")
            }
        } takeBack: { () throws(HostError) in
            // It has signed nothing yet.
            for made in [file, publicFile] { unlink(made) }
        }
        return [step]
    }
}
