import Files
import Forwarding

/// The file of a token, as systemd gives it to a unit.
enum ForwardToken {
    /// What is in it, without white space around it; nil where there is nothing.
    static func read(_ path: String) throws(ForwardFault) -> String? {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try LocalFile.read(path, limit: 16 << 10)
        } catch {
            throw ForwardFault("--token-file: \(error)")
        }
        let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        let text = bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        guard !text.isEmpty else { return nil }
        guard text.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ForwardFault("--token-file: \(path): has other characters than a token may have")
        }
        return String(decoding: text, as: UTF8.self)
    }
}
