-- The requests of one row: wrk … -- KIND SCIM_PATH USERS STAMP [FOLDER]
-- FOLDER is what fill.py left: ids, groups and cursors of a filled service. Without it the ids are those of the programs in memory.
local random, format = math.random, string.format
local threads = 0

function setup(thread)
   threads = threads + 1
   thread:set("number", threads)
end

local function lines(path)
   local all = {}
   for line in io.lines(path) do all[#all + 1] = line end
   return all
end

local patch = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[%s]}'
local sent = 0

function init(arguments)
   local kind, path, users, stamp, folder = unpack(arguments)
   users = tonumber(users)
   math.randomseed(number)
   wrk.headers["Authorization"] = "Bearer s3cret-token"
   wrk.headers["Content-Type"] = "application/scim+json"
   local ids = folder and lines(folder .. "/ids")
   local function id()
      return ids and ids[random(#ids)] or format("%032x", random(users) - 1)
   end
   local function change(target, operation)
      return wrk.format("PATCH", path .. target, nil, format(patch, operation))
   end
   -- Turned in every request, so that each one changes something.
   local turns = {}
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
         return wrk.format("POST", path .. "/Users", nil, (user:gsub("load%-NUMBER", format("%s-%d-%d", stamp, number, sent))))
      end,
      page = function() return wrk.format("GET", path .. "/Users?cursor&count=100") end,
      far = function() return wrk.format("GET", path .. "/Users?count=100&cursor=" .. far[random(#far)]) end,
      member = function()
         local whom = id()
         turns[whom] = not turns[whom]
         local operation = turns[whom] and '{"op":"add","path":"members","value":[{"value":"%s"}]}'
            or '{"op":"remove","path":"members[value eq \\"%s\\"]"}'
         return change("/Groups/" .. group, format(operation, whom))
      end,
   }
   kinds.member_small, kinds.member_large = kinds.member, kinds.member
   if kind == "post" then user = lines((folder or arguments[5] or ".") .. "/user.json")[1] end
   if kind == "far" then far = lines(folder .. "/cursors") end
   if kind == "member_small" then group = lines(folder .. "/groups")[1] end
   if kind == "member_large" then group = lines(folder .. "/groups")[2] end
   make = kinds[kind]
end

function request() return make() end

-- requests, seconds, p50 and p99 in milliseconds, answers that are not 2xx, broken connections
function done(summary, latency)
   local errors = summary.errors
   io.write(format("result %d %.3f %.3f %.3f %d %d\n", summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
      latency:percentile(99) / 1e3, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
