"""The Markdown rows of what `run` measured: python3 report.py RESULTS LIMIT SERVER…

Each row has the medians of the rounds for each server, and the ratios of the last server to the first one. LIMIT is the server that every
one is held against, or `-`.
"""

import statistics
import sys

HERTZ = 100


def decimals(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}" if number >= 10 else f"{number:.2f}" if number >= 1 else f"{number:.3f}"


def read(path: str) -> tuple[dict, bool]:
    """The medians by kind and server: requests/s, p50 and p99 in ms, CPU ms/request, MB of memory; and whether all went well."""
    phases: dict[tuple[str, str], list[list[float]]] = {}
    is_well = True
    with open(path, encoding="utf-8") as file:
        for line in file:
            server, kind, *numbers = line.split()
            requests, seconds, p50, p99, refused, broken, ticks, memory = map(float, numbers)
            if refused or broken or not requests:
                is_well = False
                print(f"{server} {kind}: {refused:.0f} answers were not 2xx, {broken:.0f} connections broke", file=sys.stderr)
            row = [requests / seconds, p50, p99, ticks * 1000 / HERTZ / max(requests, 1), memory / 1024]
            phases.setdefault((kind, server), []).append(row)
    return {key: [statistics.median(column) for column in zip(*rows)] for key, rows in phases.items()}, is_well


def main() -> int:
    path, limit, *servers = sys.argv[1:]
    medians, is_well = read(path)
    head = ["Request", f"requests/s at {' / '.join(servers)}", "p50 ms", "p99 ms", "CPU ms/request"]
    ratios = f"{servers[-1]} to {servers[0]}"
    if len(servers) > 1:
        head += [f"requests/s, {ratios}", f"p50, {ratios}", f"CPU, {ratios}"]
    if limit != "-":
        head += [f"requests/s against {limit}", f"CPU against {limit}"]
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for kind in dict.fromkeys(kind for kind, _ in medians):
        rows = [medians[kind, server] for server in servers]
        cells = [f"`{kind}`", *(" / ".join(decimals(row[column]) for row in rows) for column in range(4))]
        if len(servers) > 1:
            cells += [f"{rows[-1][column] / rows[0][column]:.2f}" for column in (0, 1, 3)]
        if limit != "-":
            reference = medians.get((kind, limit))
            cells += [" / ".join(decimals(row[column] / reference[column]) if reference else "-" for row in rows) for column in (0, 3)]
        print("| " + " | ".join(cells) + " |")
    most = {}
    for (_, server), row in medians.items():
        most[server] = max(row[4], most.get(server, 0))
    print("\nMost memory: " + ", ".join(f"{server} {most[server]:,.0f} MB" for server in most) + ".")
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
