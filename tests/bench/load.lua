-- Load for wrk. Arguments after "--": mode (get or confirm), file of ids, file with the token.
-- Counts answers that are right, so that refusals cannot pass for speed.
local counter = 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  mode = args[1]
  ids = {}
  for line in io.lines(args[2]) do ids[#ids + 1] = line end
  wrk.headers["x-access-token"] = io.open(args[3]):read("*l")
  wrk.headers["content-type"] = "application/json"
  right = 0
  wrong = 0
  sent = 0
end

function request()
  sent = sent + 1
  if mode == "get" then
    return wrk.format("GET", "/oms/v3/shipment?orderId=" .. ids[(sent * 7919) % #ids + 1])
  end
  if sent > #ids then spent = true end
  return wrk.format("POST", "/oms/v3/shipment/confirm", nil, '[{"orderId":"' .. ids[(sent - 1) % #ids + 1] .. '"}]')
end

function response(status, headers, body)
  if status == 200 and (mode == "get" and #body > 2 or body:find('"successCount":1', 1, true)) then
    right = right + 1
  else
    wrong = wrong + 1
  end
end

function done(summary, latency, requests)
  local total_right, total_wrong, exhausted = 0, 0, false
  for _, thread in ipairs(threads) do
    total_right = total_right + thread:get("right")
    total_wrong = total_wrong + thread:get("wrong")
    exhausted = exhausted or thread:get("spent") or false
  end
  io.write(string.format('RESULT {"right": %d, "wrong": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "exhausted": %s}\n',
    total_right, total_wrong, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    tostring(exhausted)))
end
