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
            status = try WorkerStatus.decoder.decode(WorkerStatus.self, from: Data(answer.body))
            failure = nil
        } catch {
            status = nil
            failure = "\(path): \(error)"
        }
    }

    /// Its metrics, told from other workers' by a label; of one that does not answer, that it does not.
    var metrics: ExpositionFormat.Source {
        let worker = (name: "worker", value: worker)
        guard let status else { return ExpositionFormat.Source(labels: [worker], samples: [Self.up(0)]) }
        return ExpositionFormat.Source(
            labels: [
                (name: "environment", value: status.environment), (name: "region", value: status.region),
                worker,
            ], samples: [Self.up(1)] + status.metrics)
    }

    private static func up(_ value: Double) -> MetricSample {
        .gauge("WorkerUp", help: "Whether the worker's status socket answers", value: value)
    }
}

/// Why no worker could be asked.
struct StatusError: Error, CustomStringConvertible {
    let description: String
}
