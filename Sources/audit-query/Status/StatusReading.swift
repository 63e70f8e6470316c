import Foundation
import HTTPClient
import Telemetry

/// What one worker's status socket said.
struct StatusReading: Encodable {
    /// The socket's name without `.status`: the worker's number, as systemd has it.
    let worker: String
    let status: WorkerStatus?
    /// Why there is no status.
    let failure: String?

    /// Asks all workers whose sockets are in a directory.
    ///
    /// - Throws: when there are none, or the directory cannot be read.
    static func all(in directory: String) throws -> [StatusReading] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw StatusError(
                description:
                    "\(directory) cannot be read: is audit-query running here, and are you in its group?")
        }
        let workers = names.filter { $0.hasSuffix(".status") }.map { String($0.dropLast(".status".count)) }
        guard !workers.isEmpty else {
            throw StatusError(
                description:
                    "no worker shows its status in \(directory): none is running, or --directory is another")
        }
        let http = HTTPClient()
        return workers.sorted { $0.localizedStandardCompare($1) == .orderedAscending }.map {
            StatusReading(worker: $0, path: "\(directory)/\($0).status", http)
        }
    }

    private init(worker: String, path: String, _ http: HTTPClient) {
        self.worker = worker
        do {
            let answer = try http.perform(
                HTTPRequest(
                    url: "http://localhost/status", deadline: .now + .seconds(3), unixSocketPath: path))
            status = try JSONDecoder().decode(WorkerStatus.self, from: Data(answer.body))
            failure = nil
        } catch {
            status = nil
            failure = "\(path): \(error)"
        }
    }

    /// Its metrics, told from other workers' by a label.
    var openMetrics: OpenMetrics.Source? {
        status.map {
            OpenMetrics.Source(
                labels: [
                    (name: "environment", value: $0.environment), (name: "region", value: $0.region),
                    (name: "worker", value: worker),
                ], samples: $0.metrics)
        }
    }
}

/// Why no worker could be asked.
struct StatusError: Error, CustomStringConvertible {
    let description: String
}
