-- Load for wrk. Arguments after "--": mode (get or confirm), file of ids, file with the token.
-- The answers are not looked at here, which would slow the load down: they are checked before and after.
-- Each id is confirmed at most once: the load ends before the ids do, and the time that it took is told.
local ffi = require("ffi")
ffi.cdef[[
typedef struct { long s; long us; } moment_t;
int gettimeofday(moment_t *now, void *zone);
]]
local threads = {}

local function seconds_now()
  local now = ffi.new("moment_t")
  ffi.C.gettimeofday(now, nil)
  return tonumber(now.s) + tonumber(now.us) / 1e6
end

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  mode = args[1]
  ids = {}
  for line in io.lines(args[2]) do ids[#ids + 1] = line end
  wrk.headers["x-access-token"] = io.open(args[3]):read("*l")
  if mode == "confirm" then wrk.headers["Content-Type"] = "application/json" end
  sent = 0
  took = 0
  last = #ids - 32 -- every connection may send once more after the end was decided
end

function request()
  sent = sent + 1
  if sent == 1 then begun = seconds_now() end
  if mode == "get" then
    -- a stride that shares no factor with a round number, so that every order is asked for
    return wrk.format("GET", "/oms/v3/shipment?orderId=" .. ids[(sent * 7919) % #ids + 1])
  end
  if sent == last then
    took = seconds_now() - begun
    wrk.thread:stop()
  end
  return wrk.format("POST", "/oms/v3/shipment/confirm", nil, '[{"orderId":"' .. ids[(sent - 1) % #ids + 1] .. '"}]')
end

function done(summary, latency, requests)
  local sent, took = 0, 0
  for _, thread in ipairs(threads) do
    sent = sent + thread:get("sent")
    took = math.max(took, thread:get("took"))
  end
  if took == 0 then took = summary.duration / 1e6 end
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "sent": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "refused": %d, "broken": %d}\n',
    summary.requests, sent, took, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
