import AuditStores
import Files
import ArgumentParser
import Cryptography
import FastCGI
import Forwarding

/// What this program exits with (sysexits(3)), so that scripts can tell one failure from another.
enum ExitStatus: Int32 {
    /// The work was done, but something in it is wrong.
    case partial = 1
    case usage = 64
    case badInput = 65
    case unavailable = 69
    case fault = 70
    /// Standard output or standard error took no more, as on a full disk.
    case outputLost = 74
    /// Somebody else is at it: try again.
    case busy = 75
    case notPermitted = 77
    case badConfiguration = 78
    case interrupted = 130

    /// Says on standard error what is wrong, and in which configuration if that matters, and ends the program.
    func exit(
        _ message: some CustomStringConvertible, configuration: ConfigurationPlace? = nil
    ) -> ExitCode {
        Console.error("audit-query: \(message)")
        if let configuration { Console.error("audit-query: configuration: \(configuration)") }
        return ExitCode(rawValue)
    }

    private static func of(_ cause: FileError.Cause) -> ExitStatus {
        switch cause {
        case .missing: badConfiguration
        case .refused: notPermitted
        case .content: badInput
        }
    }

    /// Runs a command's work; what it throws becomes one line and an exit status, and a second line where it lies in what
    /// the command's configuration names.
    static func reporting(configuration: ConfigurationPlace? = nil, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as SettingsError {
            throw badConfiguration.exit(error, configuration: configuration)
        } catch let error as StoreError {
            let status = error.code == .deadline ? fault : unavailable
            throw status.exit(error, configuration: configuration)
        } catch let error as FileError {
            throw of(error.cause).exit(error, configuration: configuration)
        } catch let error as MappingError {
            throw badConfiguration.exit(error)
        } catch let error as ExportError {
            throw error.status.exit(error)
        } catch let error as ForwardFault {
            // What the disk or a person sees to, or what only a person can decide.
            throw (error.isPassing ? outputLost : badInput).exit(error)
        } catch let error as FollowError {
            throw error.status.exit(error)
        } catch let error as ServerError {
            throw error.status.exit(error)
        } catch let error as FastCGIError {
            throw unavailable.exit(error.advised)
        } catch let error as HostError {
            throw error.status.exit(error)
        } catch let error as StatusError {
            throw unavailable.exit(error)
        } catch let error as OutputError {
            guard !error.isReaderGone else { throw ExitCode.success }
            throw outputLost.exit(error)
        } catch let error as CryptographyError {
            throw fault.exit(error)
        }
    }
}
