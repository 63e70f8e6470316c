-- Has wrk send the same request again and again, each connection after a pause of up to so many milliseconds: hits as they come to a server
-- that is not at its end. Arguments: PATH MILLISECONDS.

dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "figures.lua")

local longest

function init(arguments)
    wrk.path, longest = arguments[1], tonumber(arguments[2])
    math.randomseed(1)
end

function delay()
    return math.random(0, longest)
end
