internal import Foundation
internal import Glibc

/// Where things are.
package enum Place {
    /// The package's root.
    package static let package = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../..").standardizedFileURL.path

    /// The real data set, beside the package.
    package static let realData = "\(package)/../shared/data/cloudtrail.ndjson.gz"

    /// The program that SwiftPM built beside the test bundle.
    package static let program: String = {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let bundle = String(
            decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return URL(filePath: bundle).deletingLastPathComponent().appending(path: "audit-query").path
    }()

    /// Where programs are looked for: nginx lives where an ordinary user's PATH may not look.
    package static let searchPath =
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/local/sbin:/usr/sbin:/sbin"

    /// The path of an installed program; nil when there is none of the name.
    package static func path(of program: String) -> String? {
        if program.contains("/") { return program }
        return searchPath.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }
}
