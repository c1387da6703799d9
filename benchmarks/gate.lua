-- Asks the gate: half about held people, half about known ones. BATCH > 0 asks about so many at once.
local held, known = tonumber(os.getenv("GATE_BENCH_HELD")), tonumber(os.getenv("GATE_BENCH_KNOWN"))
local batch = tonumber(os.getenv("GATE_BENCH_BATCH") or "0")
local bodies = {}

wrk.method = "POST"
wrk.path = os.getenv("GATE_BENCH_PATH") or "/v1/check"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("GATE_BENCH_KEY")
wrk.headers["Content-Type"] = "application/json"

local function number()
  if math.random() < 0.5 then return "A" .. string.format("%d", 100000000 + math.random(0, held - 1)) end
  return "A" .. string.format("%d", 500000000 + math.random(0, known - 1))
end

function init(args)
  math.randomseed(os.time())
  -- Bodies of lists are made before the clock starts: wrk would otherwise measure itself.
  for i = 1, (batch > 0 and 40 or 0) do
    local numbers = {}
    for j = 1, batch do numbers[j] = number() end
    bodies[i] = '{"action":"removal","identifiers":["' .. table.concat(numbers, '","') .. '"]}'
  end
end

function request()
  if batch > 0 then return wrk.format(nil, nil, nil, bodies[math.random(1, #bodies)]) end
  return wrk.format(nil, nil, nil, '{"identifier":"' .. number() .. '","action":"removal"}')
end
