"""One line of results: python3 report.py NAME USERS CYCLE.json SAMPLES TICKS_OF_THE_SERVICE"""

import datetime
import json
import os
import sys

name, users, ticks = sys.argv[1], int(sys.argv[2]), int(sys.argv[5])
with open(sys.argv[3], encoding="utf-8") as file:
    cycle = json.load(file)["cycle"]
with open(sys.argv[4], encoding="utf-8") as file:
    samples = [line.split() for line in file if len(line.split()) == 2]
started, ended = (
    datetime.datetime.fromisoformat(cycle[key][:26].rstrip("Z") + "+00:00") for key in ("started", "ended")
)
seconds = (ended - started).total_seconds()
counts = cycle["counts"]["User"]
if counts["failed"] or cycle["result"] != "Succeeded":
    raise SystemExit(f"{name}: {cycle}")
per_second = os.sysconf("SC_CLK_TCK")
peak = max((int(sample[0]) for sample in samples), default=0) / 1024
tool = max((int(sample[1]) for sample in samples), default=0) / per_second
print(
    f"{name:<10} {seconds:9.1f} {users / seconds:9.0f} {cycle['requests']:10} {counts['created']:9} {counts['updated']:9} "
    f"{peak:10.0f} {tool:12.1f} {ticks / per_second:12.1f}"
)
