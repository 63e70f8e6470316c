-- What the scripts for wrk print in the end: requests, failures, microseconds in all, median of a request's microseconds,
-- their 99th percentile, and how many answers said that they were cache hits, where they are counted.

local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

function count_hits(_, headers)
    local status = headers["Cache-Status"]
    if status and status:find("; hit", 1, true) then hits = (hits or 0) + 1 end
end

function done(summary, latency)
    local errors, counted = summary.errors, 0
    local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    for _, thread in ipairs(threads) do counted = counted + (thread:get("hits") or 0) end
    print(string.format("measured %d %d %d %d %d %d", summary.requests, failures, summary.duration,
        latency:percentile(50), latency:percentile(99), counted))
end
