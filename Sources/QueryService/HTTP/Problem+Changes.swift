/// What is said to who follows and cannot go on.
extension Problem {
    /// A store that is not followed.
    static let notFollowed = Problem(
        404, "not-followed", "Not followed",
        "This kind of store keeps no order in which records came: ask /v1/records for a range of time, again and again."
    )

    /// What came behind a place is not known.
    static func placeGone(_ reason: String) -> Problem {
        Problem(
            410, "place-gone", "Place gone",
            "\(reason) What came since is not known. Begin anew: after=start has every record; without after it begins now, "
                + "and what came in between is left out."
        )
    }
}
