import Gzip

/// Archives made by hand after their specifications, with each part as a test wants it.
enum Made {
    /// A file of a zip archive.
    struct File {
        var name: String
        var content: [UInt8]
        var isDeflated = true
        /// Lengths and checksum stand behind the data, and not before.
        var hasDescriptor = false
        /// Lengths and place stand in the extra field of 64 bits.
        var isWide = false
        var flags = 0
        var method: Int?
    }

    /// A zip archive (APPNOTE.TXT of PKWARE).
    static func zip(_ files: [File], comment: String = "", isWide: Bool = false) throws -> [UInt8] {
        var (archive, list) = ([UInt8](), [UInt8]())
        for file in files {
            let data = file.isDeflated ? try deflated(file.content) : file.content
            let checksum = Int(Gzip.checksum(file.content))
            let method = file.method ?? (file.isDeflated ? 8 : 0)
            let flags = file.flags | (file.hasDescriptor ? 8 : 0)
            let place = archive.count
            let numbers = number(checksum, 4) + number(data.count, 4) + number(file.content.count, 4)
            archive +=
                [0x50, 0x4B, 3, 4] + number(20, 2) + number(flags, 2) + number(method, 2) + number(0, 4)
            archive += file.hasDescriptor ? number(0, 12) : numbers
            archive += number(file.name.utf8.count, 2) + number(4, 2) + Array(file.name.utf8)
            // An extra field of no kind.
            archive += [0xFE, 0xCA, 0, 0] + data
            if file.hasDescriptor { archive += [0x50, 0x4B, 7, 8] + numbers }
            let wide =
                number(1, 2) + number(24, 2) + number(file.content.count, 8) + number(data.count, 8)
                + number(place, 8)
            list += [0x50, 0x4B, 1, 2] + number(20, 2) + number(20, 2) + number(flags, 2) + number(method, 2)
            list += number(0, 4) + number(checksum, 4)
            list +=
                file.isWide
                ? number(UInt64.max, 8) : number(data.count, 4) + number(file.content.count, 4)
            list += number(file.name.utf8.count, 2) + number(file.isWide ? wide.count : 0, 2) + number(0, 10)
            list += file.isWide ? number(0xFFFF_FFFF, 4) : number(place, 4)
            list += Array(file.name.utf8) + (file.isWide ? wide : [])
        }
        let end = archive.count + list.count
        let start = archive.count
        archive += list
        if isWide {
            archive += [0x50, 0x4B, 6, 6] + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8)
            archive +=
                number(files.count, 8) + number(files.count, 8) + number(list.count, 8) + number(start, 8)
            archive += [0x50, 0x4B, 6, 7] + number(0, 4) + number(end, 8) + number(1, 4)
        }
        archive += [0x50, 0x4B, 5, 6] + number(0, 4)
        archive += isWide ? number(0xFFFF_FFFF, 4) : number(files.count, 2) + number(files.count, 2)
        archive += isWide ? number(UInt64.max, 8) : number(list.count, 4) + number(start, 4)
        return archive + number(comment.utf8.count, 2) + Array(comment.utf8)
    }

    /// A frame of zstd whose blocks are not compressed (RFC 8878, 3.1.1), with a window of 1 MiB.
    static func zstd(_ content: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x50]
        var rest = content[...]
        repeat {
            let block = rest.prefix(100_000)
            rest = rest.dropFirst(block.count)
            frame += number(block.count << 3 | (rest.isEmpty ? 1 : 0), 3) + block
        } while !rest.isEmpty
        return frame
    }

    /// The data of a gzip member without what is around it.
    private static func deflated(_ content: [UInt8]) throws -> [UInt8] {
        Array(try Gzip.compress(content).dropFirst(10).dropLast(8))
    }

    private static func number(_ value: Int, _ count: Int) -> [UInt8] {
        number(UInt64(value), count)
    }

    private static func number(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) : 0 }
    }
}
