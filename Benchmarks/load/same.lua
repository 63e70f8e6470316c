-- Has wrk send the same request again and again, made once. Arguments: get PATH, or post, a Query to DynamoDB.

dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "figures.lua")

function init(arguments)
    if arguments[1] == "get" then
        wrk.path = arguments[2]
        return
    end
    wrk.method, wrk.path, wrk.body = "POST", "/", "{" .. string.rep(" ", 500) .. "}"
    wrk.headers["Content-Type"] = "application/x-amz-json-1.0"
    wrk.headers["X-Amz-Target"] = "DynamoDB_20120810.Query"
end
