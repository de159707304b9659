-- Changes of agents that were decided from what was read before: all of them, with a line each of the two streams, or nothing.
--
-- KEYS: feed, transitions, legs, claims, devices, due, the company's outside calls, then one agent's hash for each change.
-- ARGV[1]: JSON array of changes {who, mark, due, line, and set and del of each of: agent, legs, claims, devices}.
-- ARGV[2] to ARGV[4], when the company's outside calls change: what is written from now on, what it was decided from, and the
-- line of the feed (JSON) when they are held from now on, else nothing.
-- A change is stale when the agent's mark is no longer the one it was decided from. Returns the agents whose changes are.

local FEED, TRANSITIONS, LEGS, CLAIMS, DEVICES, DUE, OUTSIDE, AGENTS = 1, 2, 3, 4, 5, 6, 7, 7
local FEED_LENGTH, TRANSITIONS_LENGTH = 1000, 100000

local changes = cjson.decode(ARGV[1])
local stale = {}
for n, change in ipairs(changes) do
  if (redis.call('HGET', KEYS[AGENTS + n], 'mark') or '') ~= change.mark then stale[#stale + 1] = change.who end
end
if ARGV[2] and (redis.call('GET', KEYS[OUTSIDE]) or '') ~= ARGV[3] then stale[#stale + 1] = '' end
if #stale > 0 then return stale end
if ARGV[2] then redis.call('SET', KEYS[OUTSIDE], ARGV[2]) end
if ARGV[4] and ARGV[4] ~= '' then
  redis.call('XADD', KEYS[FEED], 'MAXLEN', '~', FEED_LENGTH, '*', unpack(cjson.decode(ARGV[4])))
end

local function write(key, part)
  for name, value in pairs(part.set) do redis.call('HSET', key, name, value) end
  for _, name in ipairs(part.del) do redis.call('HDEL', key, name) end
end

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
end
return {}
