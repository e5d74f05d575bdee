"""Medians of the phases that `run` measured: python3 report.py RESULTS REFERENCE OTHER…"""

import statistics
import sys

HERTZ = 100


def main() -> int:
    path, *servers = sys.argv[1:]
    phases: dict[tuple[str, str], list[list[float]]] = {}
    kinds: list[str] = []
    failed = 0.0
    for line in open(path, encoding="utf-8"):
        server, kind, *numbers = line.split()
        requests, seconds, p50, p99, refused, broken, ticks, memory = map(float, numbers)
        failed += refused + broken
        if refused or broken:
            print(f"{server} {kind}: {refused:.0f} answers were not 2xx, {broken:.0f} connections broke", file=sys.stderr)
        row = [requests / seconds, p50, p99, ticks * 1000 / HERTZ / max(requests, 1), memory / 1024]
        phases.setdefault((server, kind), []).append(row)
        if kind not in kinds:
            kinds.append(kind)
    print("| Request | Server | requests/s | p50 ms | p99 ms | CPU ms/request | most memory MB | requests/s, ratio | p50, ratio | CPU, ratio |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for kind in kinds:
        reference = None
        for server in servers:
            rows = phases.get((server, kind))
            if not rows:
                continue
            rate, p50, p99, cpu, memory = (statistics.median(column) for column in zip(*rows))
            line = f"| {kind} | {server} | {rate:,.0f} | {p50:.2f} | {p99:.2f} | {cpu:.4f} | {memory:.0f} |"
            if reference is None:
                reference = (rate, p50, cpu)
                print(line + " | | |")
            else:
                print(line + f" {rate / reference[0]:.2f} | {p50 / reference[1]:.2f} | {cpu / reference[2]:.2f} |")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
