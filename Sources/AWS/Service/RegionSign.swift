/// What the end of a request tells of the region that was asked.
enum RegionSign {
    /// It is there. Throttling and refusals show that too.
    case answered
    /// It does not work.
    case failed
    /// Nothing: the request ended on this side, or had hardly any time.
    case none
}
