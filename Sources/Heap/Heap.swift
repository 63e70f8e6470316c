internal import CMalloc

/// The C library's heap, which everything here lives on.
package enum Heap {
    /// From this size on an allocation is pages of its own, which go back to the system with it.
    static let ownPages = 96 * 1024

    /// Keeps freed memory from being lost between what is still used. As glibc starts, it raises the size from which
    /// allocations are pages of their own to 32 MB, and gives eight parts of the heap to each core: a cache of answers
    /// of all sizes then takes half as much again as it holds. To be called once, before there are threads.
    package static func bound() {
        _ = mallopt(M_MMAP_THRESHOLD, Int32(ownPages))
        _ = mallopt(M_ARENA_MAX, 2)
        _ = mallopt(M_TRIM_THRESHOLD, 8 * 1024 * 1024)
    }

    /// What an allocation of so many bytes takes of the heap (glibc's malloc, 64 bits).
    package static func byteCount(of size: Int) -> Int {
        // An allocation has 8 bytes before it, or 16 and whole pages.
        size < ownPages ? max(32, (size + 23) & ~15) : (size + 16 + 4095) & ~4095
    }
}
