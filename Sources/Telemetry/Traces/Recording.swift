/// One span's place in the segment that it is recorded in.
struct Recording: Sendable {
    let segment: Segment
    let index: Int
}
