import Foundation
import LogFormats
import Testing

/// Our code and the reference, which is the rules as a program, make the same of the same bytes.
struct DifferentialTests {
    private static let seed = UInt64(ProcessInfo.processInfo.environment["FORMATS_SEED"] ?? "") ?? 15
    /// Of each sample so many changed ones.
    private static let mutations = Int(ProcessInfo.processInfo.environment["FORMATS_MUTATIONS"] ?? "") ?? 40
    static let formats = LogFormat.all.map(\.name)

    @Test(arguments: formats)
    func samples(format: String) throws {
        let samples = try Sample.all(of: [format])
        let references = try Answer.references(samples)
        #expect(references.joined().contains { if case .record = $0 { true } else { false } })
        for (sample, reference) in zip(samples, references) {
            for chunks in [[.max], [7, 1, 300]] {
                try expectEqual(sample, Answer.ours(sample, chunks: chunks), reference)
            }
        }
    }

    @Test(arguments: formats)
    func mutatedSamples(format: String) throws {
        var mutation = Mutation(numbers: Numbers(seed: Self.seed))
        let samples = try Sample.all(of: [format]).flatMap { sample in
            (0..<Self.mutations).map { _ in
                var sample = sample
                sample.bytes = mutation.changed(sample.bytes)
                return sample
            }
        }
        for (sample, reference) in zip(samples, try Answer.references(samples)) {
            try expectEqual(sample, Answer.ours(sample, chunks: [1000, 3]), reference)
        }
    }

    private func expectEqual(_ sample: Sample, _ ours: [Answer], _ reference: [Answer]) throws {
        // Of what the reference fails on anything is right.
        let unknown = reference.filter { $0 == .unknown }.count
        let (missing, surplus) = (reference.beyond(ours).filter { $0 != .unknown }, ours.beyond(reference))
        if missing.isEmpty, surplus.count == unknown { return }
        if unknown > 0, missing.isEmpty { return }
        let text = String(decoding: sample.bytes.prefix(1 << 16), as: UTF8.self)
        Issue.record(
            "\(sample.format)/\(sample.name): missing \(missing.prefix(3)), surplus \(surplus.prefix(3)) of\n\(text.prefix(300))"
        )
    }
}
