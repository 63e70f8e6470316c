extension Duration {
    /// Milliseconds, rounded up, so that what is left of a deadline is never taken for nothing.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflows, product < Int64.max / 2 else { return Int(Int64.max / 2) }
        return Int(product + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
