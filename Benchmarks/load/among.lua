-- Has wrk ask some among so many queries, and counts which answers were cache hits. Arguments: PATH COUNT EXPONENT SEED
-- [KEY-FILE]. Query number n is as likely as 1 / n^EXPONENT: 0 makes all alike, 1 is Zipf's law. With a file of API keys,
-- one a line, each request has some one of them.

dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "figures.lua")

local path, count, keys
local reach = {}

function init(arguments)
    path, count = arguments[1], tonumber(arguments[2])
    math.randomseed(tonumber(arguments[4]))
    if arguments[5] then
        keys = {}
        for key in io.lines(arguments[5]) do table.insert(keys, key) end
    end
    local exponent, sum = tonumber(arguments[3]), 0
    for number = 1, count do
        sum = sum + number ^ -exponent
        reach[number] = sum
    end
end

-- The query that a number from 0 to the sum of all weights falls on.
local function drawn(point)
    local low, high = 1, count
    while low < high do
        local middle = math.floor((low + high) / 2)
        if reach[middle] < point then low = middle + 1 else high = middle end
    end
    return low
end

function request()
    local number = drawn(math.random() * reach[count])
    if keys then wrk.headers["X-Api-Key"] = keys[math.random(#keys)] end
    -- Records begin long after the start of the range, so all answers are alike.
    return wrk.format("GET", string.format("%s&startDate=2000-01-01T00:00:00.%09dZ", path, number))
end

response = count_hits
