import TestSupport
import Testing

/// nginx's own check of the rendered files, and what the scripts beside them say to wrong use.
@Suite(.live, .logsOnFailure)
struct NginxFilesTests {
    @Test func `nginx -t accepts the rendered files without a warning`() throws {
        try LiveInstallation.with { live in
            let outcome = try live.place.run([
                "nginx", "-t", "-e", "stderr", "-p", live.place.folder.file("nginx"), "-c",
                live.nginx.configurationPath,
            ])
            #expect(outcome.status == 0, "\(outcome)")
            #expect(!outcome.error.contains("[warn]"), "\(outcome)")
        }
    }

    @Test(arguments: [
        ["--listen", "127.0.0.1:1"], ["--colour", "red"], ["--output"],
        [
            "--output", "relative", "--listen", "127.0.0.1:1", "--certificate", "/c", "--certificate-key",
            "/k",
            "--socket", "/s",
        ],
    ])
    func `render refuses wrong use with one clear line`(_ arguments: [String]) throws {
        try withWorkplace { place in
            let outcome = try place.run(["\(Place.package)/nginx/render"] + arguments)
            #expect(outcome.status == 2 && outcome.error.hasPrefix("nginx/render: "), "\(outcome)")
            #expect(outcome.error.split(separator: "\n").count == 1)
        }
    }
}
