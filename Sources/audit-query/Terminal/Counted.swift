/// So many of something, in words: `1 record`, `2 records`, `1 key`. Nouns whose plural is made by an s.
func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}
