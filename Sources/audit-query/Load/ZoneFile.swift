import Files
import LogFormats

extension ZoneRules {
    /// Where systems keep the IANA database (tzfile(5)).
    private static let folder = "/usr/share/zoneinfo"
    /// More than any file of the database has.
    private static let byteCount = 1 << 20

    /// A zone of this machine's database, by its name, such as `Europe/Berlin`.
    init(named name: String) throws(ZoneFileError) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        // Nothing but a file of the database is read.
        let isName = parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                    default: "_+-".utf8.contains(byte)
                    }
                }
        }
        guard isName else { throw ZoneFileError(name, "is no name of a zone such as Europe/Berlin") }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try LocalFile.read("\(Self.folder)/\(name)", limit: Self.byteCount)
        } catch {
            throw ZoneFileError(name, "is no zone of this machine: \(error) (Debian: package tzdata)")
        }
        do throws(ZoneFault) {
            try self.init(file: bytes, name: name)
        } catch {
            throw ZoneFileError(name, "cannot be read as a zone: \(error)")
        }
    }
}

/// Why there is no such zone.
struct ZoneFileError: Error, CustomStringConvertible {
    let description: String

    fileprivate init(_ name: String, _ detail: String) {
        description = "--time-zone: \(name) \(detail)"
    }
}
