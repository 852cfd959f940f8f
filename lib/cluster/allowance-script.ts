import { createHash } from 'node:crypto';
import type { Answer, Call } from './call.ts';
import type { RunScript, Script } from './redis-client.ts';
import type { Terms } from './terms.ts';

/**
 * One call of one owner, carried out by Redis as a whole. The idea is that of leases (Gray and Cheriton, "Leases: an
 * efficient fault-tolerant mechanism for distributed file cache consistency", 1989): who is not heard of within `ttl`
 * milliseconds, by Redis' own clock, has nothing any more, and by then knows so itself.
 *
 * KEYS: owner -> when its share ends; owner -> what it holds; owner -> how much it lacks of a fair share; owner -> its last
 * call; the last epoch; whether data was lost within the last `ttl`.
 */
const LUA = `
local owners, held, unmet, calls, epochs, lost = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local kind, owner = ARGV[1], ARGV[2]
local number, ttl, cap = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local claim, want, known = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])

local function forget(gone)
  redis.call('ZREM', owners, gone)
  redis.call('HDEL', held, gone)
  redis.call('HDEL', unmet, gone)
  redis.call('HDEL', calls, gone)
end

-- Where Redis has just been started, or has lost data, there may be owners that it does not know of. Their shares end
-- within ttl; until then nobody gets more than he has.
local function mayGrow()
  if redis.call('EXISTS', lost) == 1 then return false end
  local up = tonumber(string.match(redis.call('INFO', 'server'), 'uptime_in_seconds:(%d+)'))
  return up == nil or (up - 1) * 1000 >= ttl
end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', owners, '-inf', now)) do forget(gone) end

if kind == 'leave' then
  forget(owner)
  return {1, 0, 0, redis.call('ZCARD', owners), 0}
end
local isKnown = redis.call('ZSCORE', owners, owner)
if isKnown and number <= tonumber(redis.call('HGET', calls, owner) or 0) then return {-1, 0, 0, 0, 0} end
if not isKnown and kind ~= 'join' then return {0, 0, 0, 0, 0} end

local mine, taken, sharing, lacking, has = 0, 0, 1, 0, {}
local shares = redis.call('HGETALL', held)
for i = 1, #shares, 2 do
  local n = tonumber(shares[i + 1])
  if shares[i] == owner then
    mine = n
  elseif n > 0 then
    has[shares[i]] = n
    taken = taken + n
    sharing = sharing + 1
  end
end
local short = redis.call('HGETALL', unmet)
for i = 1, #short, 2 do
  if short[i] ~= owner then
    lacking = lacking + tonumber(short[i + 1])
    if not has[short[i]] then sharing = sharing + 1 end
  end
end

local epoch = 0
if kind == 'join' then
  epoch = redis.call('INCR', epochs)
  if epoch <= known then
    epoch = known + 1
    redis.call('SET', epochs, epoch)
    redis.call('SET', lost, 1, 'PX', ttl)
  end
  if not isKnown then mine = math.max(0, math.min(claim, cap - taken)) end
end

local fair = math.max(1, math.floor(cap / sharing))
local free = cap - taken - mine
if want < mine then
  mine = want
elseif want > mine then
  -- Above a fair share it gets only what nobody lacks.
  local more = math.min(want - mine, free, math.max(fair - mine, free - lacking))
  if more > 0 and mayGrow() then mine = mine + more end
end

local lack = lacking - (cap - taken - mine)
local shed = 0
if lack > 0 and mine > fair then
  local excess = mine - fair
  for _, n in pairs(has) do excess = excess + math.max(0, n - fair) end
  shed = math.min(mine - fair, math.ceil(lack * (mine - fair) / excess))
end

redis.call('ZADD', owners, now + ttl, owner)
redis.call('HSET', held, owner, mine)
redis.call('HSET', calls, owner, number)
if math.min(want, fair) > mine then
  redis.call('HSET', unmet, owner, math.min(want, fair) - mine)
else
  redis.call('HDEL', unmet, owner)
end
return {1, mine, shed, redis.call('ZCARD', owners), epoch}
`;

const SCRIPT: Script = { text: LUA, sha1: createHash('sha1').update(LUA).digest('hex') };

const STATUS: ReadonlyMap<number, Answer['status']> = new Map([
  [1, 'granted'],
  [0, 'fenced'],
  [-1, 'late'],
]);

/** Carries out one call. */
export type CarryOut = (call: Call) => Promise<Answer>;

/**
 * Carries out calls by the script, for the cap of this name. All keys are in one slot of a Redis Cluster. Rejects with what
 * the client rejects with.
 */
export function scriptCalls(run: RunScript, name: string, { cap, ttlMs }: Terms): CarryOut {
  const keys = ['owners', 'held', 'unmet', 'calls', 'epoch', 'lost'].map((part) => `{${name}}:${part}`);
  return async ({ kind, owner, number, claim, want, epoch }) => {
    const numbers = [number, Math.ceil(ttlMs), cap, claim, want, epoch];
    return answerOf(await run(SCRIPT, keys, [kind, owner, ...numbers.map(String)]));
  };
}

function answerOf(reply: unknown): Answer {
  const numbers = Array.isArray(reply) ? reply.map(Number) : [];
  const [code = NaN, held = NaN, shed = NaN, members = NaN, epoch = NaN] = numbers;
  const status = STATUS.get(code);
  if (status === undefined || ![held, shed, members, epoch].every(Number.isInteger))
    throw new TypeError(`redis answered ${JSON.stringify(reply)}, which the script does not return`);
  return { status, held, shed, members, epoch };
}
