-- wrk's side of the load: every request carries new events, in the dialect of the server under test.
-- Arguments after "--": dialect, events per request, bearer token, a number that no other run has.

local function event(id)
  return '{"data":{"aim":"]E0","raw":"NDAwNjM4MTMzMzkzMQ==","text":"4006381333931"},"id":"' .. id ..
    '","source":"urn:waystation:bench:till-1","specversion":"1.0","time":"2026-11-22T10:00:00.123Z","type":"scan.captured"}'
end

local function quoted(text)
  return '"' .. text:gsub('"', '\\"') .. '"'
end

local function row(id)
  return '{"id":"' .. id .. '","body":' .. quoted(event(id)) .. "}"
end

local function record(id)
  return '{"key":"' .. id .. '","body":' .. quoted(event(id)) .. "}"
end

local function call(id)
  return '{"method":"POST","url":"/api/collections/events/records","body":' .. record(id) .. "}"
end

-- one event, the frame around many, and how each of many is written
local dialects = {
  waystation = { one = event, open = "[", each = event, close = "]",
    single = "application/json", many = "application/cloudevents-batch+json" },
  naive = { one = event, open = "[", each = event, close = "]" },
  datasette = { one = function(id) return '{"row":' .. row(id) .. "}" end, open = '{"rows":[', each = row, close = "]}" },
  pocketbase = { one = record, open = '{"requests":[', each = call, close = "]}" },
}

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("thread", threads)
end

function init(arguments)
  dialect = dialects[arguments[1]]
  batch = tonumber(arguments[2])
  run = tonumber(arguments[4])
  number = 0
  wrk.method = "POST"
  wrk.headers["Content-Type"] = (batch == 1 and dialect.single or dialect.many) or "application/json"
  wrk.headers["Authorization"] = "Bearer " .. arguments[3]
end

local function fresh()
  number = number + 1
  return string.format("%08x-%04x-7000-8000-%012x", run, thread, number)
end

function request()
  if batch == 1 then
    return wrk.format(nil, nil, nil, dialect.one(fresh()))
  end
  local parts = {}
  for at = 1, batch do
    parts[at] = dialect.each(fresh())
  end
  return wrk.format(nil, nil, nil, dialect.open .. table.concat(parts, ",") .. dialect.close)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"failed":%d,"broken":%d,"microseconds":%d,"p50":%.3f,"p99":%.3f}\n',
    summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
