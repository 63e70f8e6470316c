/// The one table of files before version 3. They are read as they are until the first load has moved their records
/// (``Migration``).
///
/// `sort_key` is `<timestamp>#<auditId>` with the timestamp at nine digits. In version 1 the system came behind the sort_key in
/// the indexes by user and by resource.
enum EarlierSchema {
    /// The versions that have it.
    static let versions = 1...2

    /// Each index, its table, and its first column.
    static let indexes = [
        ("records", "by_system", "system_id"), ("records", "by_user", "user_id"),
        ("records", "by_resource", "resource_id"),
    ]

    /// What a row has besides its key.
    static let record = "SELECT user_id, resource_id, attributes FROM records WHERE rowid = ?1"

    /// What is under a key.
    static let recordOfKey = """
        SELECT user_id, resource_id, attributes FROM records INDEXED BY by_system
        WHERE system_id = ?1 AND sort_key = ?2
        """

    /// Rows behind a place, in the order in which they came.
    static let rows = """
        SELECT rowid, system_id, sort_key, user_id, resource_id, attributes
        FROM records WHERE rowid > ?1 ORDER BY rowid
        """
}
