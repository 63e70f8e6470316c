import Foundation

/// A file of events in a format.
struct Sample {
    let format: String
    let name: String
    var bytes: [UInt8]

    private static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "formats")

    /// The program that the rules are as well.
    static let program = folder.appending(path: "answers.py").path()

    /// All samples of some formats, without those that are compressed: decompressing is not these tests' matter.
    static func all(of formats: [String]) throws -> [Sample] {
        try formats.flatMap { format in
            let folder = folder.appending(path: "samples").appending(path: format)
            return try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
                .filter { !$0.hasSuffix(".gz") }
                .map { name in
                    let bytes = try [UInt8](Data(contentsOf: folder.appending(path: name)))
                    return Sample(format: format, name: name, bytes: bytes)
                }
        }
    }
}

/// The lines of all samples are read in many orders: numbers of a seed (SplitMix64, Steele and others, 2014).
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
