-- Has wrk send what clients of all kinds do: mostly hits, of few questions often and of many seldom; misses, pages by
-- POST, and what is wrong. Arguments: ROUND, where no round has its number twice. Ends with a line for each status.

local round, count = 0, 0
local threads = {}
-- Of a thread's own state, where done() finds it.
statuses = {}

function setup(thread)
    table.insert(threads, thread)
end

function init(arguments)
    round = tonumber(arguments[1])
    math.randomseed(round)
    statuses = {}
end

-- A user's number: the first of 200 are asked for most, as by Zipf's law.
local function user()
    return math.floor(200 ^ math.random())
end

function request()
    count = count + 1
    local kind = math.random(100)
    if kind <= 80 then
        return wrk.format("GET", string.format("/v1/records?userId=user-%d%%40example.com&limit=%d", user(), 5 + kind % 3))
    elseif kind <= 88 then
        -- Records begin long after the start of the range.
        return wrk.format("GET", string.format("/v1/records?userId=user-%d%%40example.com&limit=20&startDate=20%02d-01-01T00:00:00.%09dZ",
            user(), round % 24, count))
    elseif kind <= 94 then
        return wrk.format("POST", "/v1/records/query", { ["Content-Type"] = "application/json", ["X-Api-Key"] = wrk.headers["X-Api-Key"] },
            string.format('{"userId":"user-%d@example.com","limit":50}', user()))
    elseif kind <= 96 then
        return wrk.format("GET", "/v1/records?usrId=misspelt&limit=0")
    elseif kind <= 98 then
        return wrk.format("GET", "/v1/records?userId=u", { ["X-Api-Key"] = "unknown" })
    end
    return wrk.format("GET", "/healthz")
end

function response(status)
    statuses[status] = (statuses[status] or 0) + 1
end

function done(summary, latency)
    local all = {}
    for _, thread in ipairs(threads) do
        for status, number in pairs(thread:get("statuses")) do
            all[status] = (all[status] or 0) + number
        end
    end
    local errors = summary.errors
    print(string.format("answered %d lost %d p50 %d p99 %d", summary.requests,
        errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(99)))
    for status, number in pairs(all) do
        print(string.format("status %d %d", status, number))
    end
end
