-- The requests of one phase: wrk … -- KIND SCIM_PATH USERS STAMP SLICE SLICES FOLDER
-- FOLDER has user.json, and what prepare.py leaves for a filled service; without the latter the ids are those of the programs in memory.
-- Of SLICES equal parts of all ids the phase takes one, so that what it changes is as it was in the beginning.
local random, format, floor = math.random, string.format, math.floor

local function lines(path)
   local file = io.open(path)
   if not file then return nil end
   local all = {}
   for line in file:lines() do all[#all + 1] = line end
   file:close()
   return all
end

local patch = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[%s]}'
local make
local sent = 0

function init(arguments)
   local kind, path, users, stamp, slice, slices, folder = unpack(arguments)
   users, slice, slices = tonumber(users), tonumber(slice), tonumber(slices)
   math.randomseed(slice)
   wrk.headers["Authorization"] = "Bearer s3cret-token"
   wrk.headers["Content-Type"] = "application/scim+json"
   local ids = lines(folder .. (kind == "member_large" and "/members" or "/ids"))
   local groups, cursors = lines(folder .. "/groups"), lines(folder .. "/cursors")
   local user = lines(folder .. "/user.json")[1]
   local all = ids and #ids or users
   local first, number = floor(slice * all / slices), floor(all / slices)
   local function id()
      local position = first + random(number)
      return ids and ids[position] or format("%032x", position - 1)
   end
   -- Turned in every request, so that each one changes something.
   local turns = {}
   local function change(target, operation)
      return wrk.format("PATCH", path .. target, nil, format(patch, operation))
   end
   -- Few are on their way at a time, so that no group grows.
   local pending, passed = {}, 0
   local function member(group, first_comes)
      local whom, comes
      if #pending >= 16 then
         whom, comes = table.remove(pending, 1), not first_comes
      else
         whom, comes = ids[first + 1 + passed % number], first_comes
         pending[#pending + 1], passed = whom, passed + 1
      end
      return change("/Groups/" .. group, format(comes and '{"op":"add","path":"members","value":[{"value":"%s"}]}'
         or '{"op":"remove","path":"members[value eq \\"%s\\"]"}', whom))
   end
   local kinds = {
      get = function() return wrk.format("GET", path .. "/Users/" .. id()) end,
      find = function()
         return wrk.format("GET", format("%s/Users?filter=userName%%20eq%%20%%22load-%d%%22", path, random(users) - 1))
      end,
      patch = function()
         local whom = id()
         turns[whom] = not turns[whom]
         return change("/Users/" .. whom, format('{"op":"replace","path":"active","value":%s}', turns[whom] and "false" or "true"))
      end,
      post = function()
         sent = sent + 1
         return wrk.format("POST", path .. "/Users", nil, (user:gsub("load%-NUMBER", format("%s-%d-%d", stamp, slice, sent))))
      end,
      page = function() return wrk.format("GET", path .. "/Users?cursor&count=100") end,
      far = function() return wrk.format("GET", path .. "/Users?count=100&cursor=" .. cursors[random(#cursors)]) end,
      -- Who is not in the group of 10 comes, and goes a little later; who is in the group of 100,000 goes, and comes.
      member_small = function() return member(groups[1], true) end,
      member_large = function() return member(groups[2], false) end,
   }
   make = kinds[kind]
end

function request() return make() end

-- requests, seconds, p50 and p99 in milliseconds, answers that are not 2xx, broken connections
function done(summary, latency)
   local errors = summary.errors
   io.write(format("result %d %.3f %.3f %.3f %d %d\n", summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
      latency:percentile(99) / 1e3, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
