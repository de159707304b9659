-- Changes of agents that were decided from what was read before, and the lines to the outside that go with them: all of it, with
-- a line each of the two streams, or nothing.
--
-- KEYS: feed, transitions, legs, claims, devices, due, the company's outside calls, its lines, then one agent's hash for each change.
-- ARGV[1]: JSON array of changes {who, mark, due, line, and set and del of each of: agent, legs, claims, devices}.
-- ARGV[2] to ARGV[4], when the company's outside calls change (else empty): what is written from now on, what it was decided from,
-- and the line of the feed (JSON) when they are held from now on, else nothing.
-- ARGV[5], when lines are taken (else empty): JSON [call, most, [[uuid, text, trunk], ...], {trunk: channels}, {trunk: true}]; a limit of
-- 0 is none, and lines of the trunks named last are limited by their channels alone.
-- A line is text `node trunk call at state`. What the same call has claimed and never used is given back first.
-- A change is stale when the agent's mark is no longer the one it was decided from. Returns 'stale' and the agents whose changes
-- are, or `-` when a limit of lines would be passed; else 'done' and the new mark of each change.

local FEED, TRANSITIONS, LEGS, CLAIMS, DEVICES, DUE, OUTSIDE, LINES, AGENTS = 1, 2, 3, 4, 5, 6, 7, 8, 8
local FEED_LENGTH, TRANSITIONS_LENGTH = 1000, 100000

local changes = cjson.decode(ARGV[1])
local stale = { 'stale' }
for n, change in ipairs(changes) do
  if (redis.call('HGET', KEYS[AGENTS + n], 'mark') or '') ~= change.mark then stale[#stale + 1] = change.who end
end
if ARGV[2] ~= '' and (redis.call('GET', KEYS[OUTSIDE]) or '') ~= ARGV[3] then stale[#stale + 1] = '' end
if #stale > 1 then return stale end

-- Whether the lines in use by others leave room for all that are wanted, and what the call itself has to give back.
local function room_for(call, most, wanted, channels, apart)
  local kept = redis.call('HGETALL', KEYS[LINES])
  local total, by_trunk, mine = 0, {}, {}
  for n = 1, #kept, 2 do
    local _, trunk, owner, _, state = string.match(kept[n + 1], '^(%S+) (%S+) (%S+) (%S+) (%S+)$')
    if owner == call and state == 'claimed' then
      mine[#mine + 1] = kept[n]
    else
      if not apart[trunk] then total = total + 1 end
      by_trunk[trunk] = (by_trunk[trunk] or 0) + 1
    end
  end
  local more = 0
  for _, each in ipairs(wanted) do
    if not apart[each[3]] then more = more + 1 end
  end
  if most > 0 and more > 0 and total + more > most then return false, mine end
  for _, each in ipairs(wanted) do
    local trunk = each[3]
    by_trunk[trunk] = (by_trunk[trunk] or 0) + 1
    local limit = channels[trunk] or 0
    if limit > 0 and by_trunk[trunk] > limit then return false, mine end
  end
  return true, mine
end

if ARGV[5] ~= '' then
  local call, most, wanted, channels, apart = unpack(cjson.decode(ARGV[5]))
  local room, mine = room_for(call, most, wanted, channels, apart)
  for _, uuid in ipairs(mine) do redis.call('HDEL', KEYS[LINES], uuid) end
  if not room then return { 'stale', '-' } end
  for _, each in ipairs(wanted) do redis.call('HSET', KEYS[LINES], each[1], each[2]) end
end

if ARGV[2] ~= '' then redis.call('SET', KEYS[OUTSIDE], ARGV[2]) end
if ARGV[4] ~= '' then
  redis.call('XADD', KEYS[FEED], 'MAXLEN', '~', FEED_LENGTH, '*', unpack(cjson.decode(ARGV[4])))
end

local function write(key, part)
  for name, value in pairs(part.set) do redis.call('HSET', key, name, value) end
  for _, name in ipairs(part.del) do redis.call('HDEL', key, name) end
end

local done = { 'done' }
for n, change in ipairs(changes) do
  local agent = KEYS[AGENTS + n]
  write(agent, change.agent)
  write(KEYS[LEGS], change.legs)
  write(KEYS[CLAIMS], change.claims)
  write(KEYS[DEVICES], change.devices)
  if change.due == '' then
    redis.call('ZREM', KEYS[DUE], change.who)
  else
    redis.call('ZADD', KEYS[DUE], change.due, change.who)
  end
  redis.call('XADD', KEYS[FEED], 'MAXLEN', '~', FEED_LENGTH, '*', unpack(change.line))
  -- Its id is the mark: never used before, not even when Redis comes back having lost its last second.
  local mark = redis.call('XADD', KEYS[TRANSITIONS], 'MAXLEN', '~', TRANSITIONS_LENGTH, '*', unpack(change.line))
  redis.call('HSET', agent, 'mark', mark)
  done[#done + 1] = mark
end
return done
