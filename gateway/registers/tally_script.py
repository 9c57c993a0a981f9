"""The counting as Redis does it: one script, so that whoever asks at the same time is counted one after the other."""

from __future__ import annotations

from typing import Final

PREFIX: Final = "creditgraph:tally:"
"""What every key of the tally begins with."""

COUNT: Final = """
local ADMITTED, STOPPED, TOO_MANY_REQUESTS, TOO_MANY_SUBJECTS = 0, 1, 2, 3
local PREFIX, WINDOW_MINUTES = ARGV[2], tonumber(ARGV[3])
local MINUTE_KEPT_S, DAY_KEPT_S, WINDOW_KEPT_S = 120, 93600, (WINDOW_MINUTES + 2) * 60

local function key(kind, asker, period)
  return PREFIX .. kind .. ':' .. asker.name .. (period and string.format(':%d', period) or '')
end

local function score(asker, minute, more)
  local name = key('score', asker)
  if more > 0 then
    redis.call('HINCRBY', name, string.format('%d', minute), more)
    redis.call('EXPIRE', name, WINDOW_KEPT_S)
  end
  local held, total = redis.call('HGETALL', name), 0
  for at = 1, #held, 2 do
    if tonumber(held[at]) >= minute - WINDOW_MINUTES then
      total = total + tonumber(held[at + 1])
    else
      redis.call('HDEL', name, held[at])
    end
  end
  return total
end

local function probing(asked, minute, more)
  local highest, ends = 0, 0
  for number, asker in ipairs(asked.askers) do
    local total = score(asker, minute, more[number])
    highest = math.max(highest, total)
    if total >= asked.stop.score then
      ends = asked.now_s + asked.stop.for_s
      redis.call('SET', key('stop', asker), string.format('%d', ends), 'EX', asked.stop.for_s)
    end
  end
  return highest, ends
end

local function stopped_until(asked)
  local ends = 0
  for _, asker in ipairs(asked.askers) do
    ends = math.max(ends, tonumber(redis.call('GET', key('stop', asker)) or 0))
  end
  return ends > asked.now_s and ends or 0
end

local function has_too_many_requests(asked, minute)
  local has = false
  for _, asker in ipairs(asked.askers) do
    local name = key('requests', asker, minute)
    local count = redis.call('INCR', name)
    if count == 1 then redis.call('EXPIRE', name, MINUTE_KEPT_S) end
    has = has or count > asker.requests
  end
  return has
end

local function new_aims(asked, asker)
  local name, new = key('subjects', asker, asked.day), {}
  for _, aim in ipairs(asked.aims) do
    if redis.call('SISMEMBER', name, aim.subject) == 0 then table.insert(new, aim) end
  end
  local is_over = #new > 0 and redis.call('SCARD', name) + #new > asker.subjects
  return new, is_over
end

local function side_by_side(asker, minute, new)
  local name, seen, count = key('blocks', asker), {}, 0
  redis.call('ZREMRANGEBYSCORE', name, '-inf', string.format('(%d', minute - WINDOW_MINUTES))
  for _, aim in ipairs(new) do
    if seen[aim.block] or redis.call('ZSCORE', name, aim.block) then count = count + 1 end
    seen[aim.block] = true
  end
  return count
end

local function keep(asked, asker, minute, new)
  if #new == 0 then return end
  local subjects, blocks = key('subjects', asker, asked.day), key('blocks', asker)
  for _, aim in ipairs(new) do
    redis.call('SADD', subjects, aim.subject)
    redis.call('ZADD', blocks, string.format('%d', minute), aim.block)
  end
  redis.call('EXPIRE', subjects, DAY_KEPT_S)
  redis.call('EXPIRE', blocks, WINDOW_KEPT_S)
end

local function admit(asked, minute)
  local is_over = has_too_many_requests(asked, minute)
  local ends = stopped_until(asked)
  if ends > 0 then return {STOPPED, 0, ends} end
  if is_over then return {TOO_MANY_REQUESTS, 0, 0} end
  local new, more, highest = {}, {}, 0
  for number, asker in ipairs(asked.askers) do
    new[number], is_over = new_aims(asked, asker)
    if is_over then return {TOO_MANY_SUBJECTS, 0, 0} end
  end
  for number, asker in ipairs(asked.askers) do more[number] = side_by_side(asker, minute, new[number]) end
  highest, ends = probing(asked, minute, more)
  if ends > 0 then return {STOPPED, highest, ends} end
  for number, asker in ipairs(asked.askers) do keep(asked, asker, minute, new[number]) end
  return {ADMITTED, highest, 0}
end

local function tell(asked, minute)
  local more = {}
  for number in ipairs(asked.askers) do more[number] = asked.unknown end
  local highest, ends = probing(asked, minute, more)
  return {ends > 0 and STOPPED or ADMITTED, highest, ends}
end

local answers = {}
for number, asked in ipairs(cjson.decode(ARGV[1])) do
  local minute = math.floor(asked.now_s / 60)
  answers[number] = asked.unknown > 0 and tell(asked, minute) or admit(asked, minute)
end
return answers
"""
"""`ARGV`: the requests (`Asked`) as a JSON list, PREFIX, WINDOW_MINUTES; for each `{verdict, score, stopped until}`.

Names of keys are made in the script, so this is for one Redis and its replicas, not for a cluster of shards.
"""
