/// How far a load has certainly come.
struct LoadPosition: Equatable {
    /// Which of the files is being loaded; those before it are done.
    var fileIndex = 0
    /// Lines of that file, from its first on, that need not be loaded again.
    var settledLines = 0
    /// Records stored in all.
    var storedCount = 0
}
