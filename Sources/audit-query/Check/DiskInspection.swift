import Glibc

/// Whether the embedded store's disk has room.
struct DiskInspection {
    let path: String

    /// Below this share of the disk, or this many bytes, a load or the write-ahead log may soon find no room.
    private static let least = (share: 0.05, bytes: UInt(512 << 20))

    func findings() -> [Finding] {
        var disk = statvfs()
        guard statvfs(path, &disk) == 0, disk.f_blocks > 0 else { return [] }
        let free = UInt(disk.f_bavail) * UInt(disk.f_frsize)
        let share = Double(disk.f_bavail) / Double(disk.f_blocks)
        let text = "disk: \(free >> 20) MiB free where \(path) is"
        guard share < Self.least.share || free < Self.least.bytes else {
            return [Finding(.disk, .ok, text)]
        }
        return [Finding(.disk, .warning, "\(text): make room, or a load will stop when it is full")]
    }
}
