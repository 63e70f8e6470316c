-- What both scripts for wrk print in the end: requests, failures, microseconds in all, and of a request's microseconds the
-- median and what 99 % do not exceed.
function done(summary, latency)
    local errors = summary.errors
    local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    print(string.format("measured %d %d %d %d %d", summary.requests, failures, summary.duration, latency:percentile(50),
        latency:percentile(99)))
end
