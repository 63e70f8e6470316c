/// What is said to who follows and cannot go on.
extension Problem {
    /// A store that is not followed.
    static let notFollowed = Problem(
        404, "not-followed", "Not followed",
        "This store keeps no order in which records came, as its log says to operators: ask /v1/records for a range of time, "
            + "again and again."
    )

    /// What came behind a place is not known.
    static func placeGone(_ reason: String, _ advice: String) -> Problem {
        Problem(410, "place-gone", "Place gone", "\(reason) \(advice)")
    }
}
