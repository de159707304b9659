-- Lines to the outside for the legs of one step: all of them, or none when a limit would be passed.
--
-- KEYS[1]: the company's lines. ARGV[1]: JSON [call, most, [[uuid, text, trunk], ...], {trunk: channels}]; a limit of 0 is none.
-- A line is text `node trunk call at state`. What the same call has claimed and never used is given back first.

local call, most, wanted, channels = unpack(cjson.decode(ARGV[1]))
local lines = redis.call('HGETALL', KEYS[1])
local total, by_trunk, mine = 0, {}, {}
for n = 1, #lines, 2 do
  local _, trunk, owner, _, state = string.match(lines[n + 1], '^(%S+) (%S+) (%S+) (%S+) (%S+)$')
  if owner == call and state == 'claimed' then
    mine[#mine + 1] = lines[n]
  else
    total = total + 1
    by_trunk[trunk] = (by_trunk[trunk] or 0) + 1
  end
end
for _, uuid in ipairs(mine) do redis.call('HDEL', KEYS[1], uuid) end
if most > 0 and total + #wanted > most then return 0 end
for _, each in ipairs(wanted) do
  local trunk = each[3]
  by_trunk[trunk] = (by_trunk[trunk] or 0) + 1
  local limit = channels[trunk] or 0
  if limit > 0 and by_trunk[trunk] > limit then return 0 end
end
for _, each in ipairs(wanted) do redis.call('HSET', KEYS[1], each[1], each[2]) end
return 1
