import ArgumentParser
import AuditQuery
import FastCGI

/// What this program exits with (sysexits(3)), so that scripts can tell one failure from another.
enum ExitStatus: Int32 {
    /// The work was done, but something in it is wrong.
    case partial = 1
    case usage = 64
    case badInput = 65
    case unavailable = 69
    case fault = 70
    /// Somebody else is at it: try again.
    case busy = 75
    case notPermitted = 77
    case badConfiguration = 78
    case interrupted = 130

    /// Says on standard error what is wrong and ends the program.
    func exit(_ message: some CustomStringConvertible) -> ExitCode {
        Console.error("audit-query: \(message)")
        return ExitCode(rawValue)
    }

    private static func of(_ cause: FileError.Cause) -> ExitStatus {
        switch cause {
        case .missing: badConfiguration
        case .refused: notPermitted
        case .content: badInput
        }
    }

    /// Runs a command's work; what it throws becomes one line and an exit status.
    static func reporting(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as SettingsError {
            throw badConfiguration.exit(error)
        } catch let error as StoreError {
            throw (error.code == .deadline ? fault : unavailable).exit(error)
        } catch let error as FileError {
            throw of(error.cause).exit(error)
        } catch let error as FastCGIError {
            throw unavailable.exit(error)
        } catch let error as HostError {
            throw error.status.exit(error)
        } catch let error as StatusError {
            throw unavailable.exit(error)
        } catch let error as CryptographyFailure {
            throw fault.exit(error)
        }
    }
}
