"""Holds peakon-service against the public judges: scim2-tester, through `scim2 test`, and scim-sanity's probe in strict mode.

usage: judge.py PROGRAM [DATABASE]

Starts PROGRAM, which is a built peakon-service, on a free port of the loopback interface, with a SQLite file in a temporary
folder, or with an empty database on the PostgreSQL server that DATABASE names, and a random token, and runs each judge once on a service of its own. Every result has to be a success. `expected.json`
names those that cannot be one, how many, and the reason; one that is not listed fails, and so does one that is listed and
does not come.

The account has the attributes of `attributes.json`. scim2-tester knows no names such as `Job Title`, which RFC 7643, section
2.1, does not allow; it sends random texts as dates, and for a reference to an employee, whom it would have to create first.

scim-sanity makes a member of `fake-member-id`, who does not exist, so the account keeps such members. It asks more of a service
that has agents (draft-abbey-scim-agent-extension), so the account has the resource types of `resource-types.json`.
"""

import contextlib
import importlib.metadata
import io
import json
import os
import pathlib
import re
import subprocess
import sys

from service import Service

HERE = pathlib.Path(__file__).parent
# The judges ask each at least so much. Fewer results mean that a judge gave up, or that the service offers less than it did.
ARGUMENTS = [
    f"--attributes={HERE / 'attributes.json'}",
    f"--resource-types={HERE / 'resource-types.json'}",
    "--unknown-members=keep",
]
FEWEST = {"scim2-tester": 200, "scim-sanity": 45}


def scim2_tester(service):
    """The results of `scim2 test`: title, status, reason. The token goes by the environment, where nobody else sees it."""
    done = subprocess.run(
        [pathlib.Path(sys.executable).with_name("scim2"), "--url", service.url, "test"],
        env=os.environ
        | {"SCIM_CLI_HEADERS": f"Authorization: Bearer {service.token}"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    results = []
    for line in done.stdout.splitlines():
        found = re.fullmatch(r"([A-Z]+) (\S.*)", line)
        if found:
            results.append([found[2], found[1], ""])
        elif line.startswith("  ") and results:
            results[-1][2] += line.strip() + " "
    failed = any(status != "SUCCESS" for _, status, _ in results)
    if (done.returncode != 0) != failed or not results:
        sys.exit(
            f"scim2 ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        )
    return results


def scim_sanity(service):
    """What `scim-sanity probe URL --strict --json-output` finds: its function is called, for its option shows the token to all."""
    from scim_sanity.probe.runner import run_probe

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        code = run_probe(
            service.url,
            token=service.token,
            strict=True,
            json_output=True,
            accept_side_effects=True,
        )
    report = json.loads(printed.getvalue())
    counts = report["summary"]
    if (code != 0) != (counts["failed"] + counts["errors"] > 0):
        sys.exit(f"scim-sanity ended with {code}, but counts {counts}")
    return [
        (
            f"{result.get('phase', '')}: {result['name']}",
            {"pass": "SUCCESS"}.get(result["status"], result["status"].upper()),
            result.get("message", ""),
        )
        for result in report["results"]
    ]


def check(judge, results, expected):
    """Sentences about what is not as it has to be."""
    wrong = []
    found = {}
    for title, status, reason in results:
        if status != "SUCCESS":
            found.setdefault((title, status), []).append(reason.strip())
    for entry in expected:
        title, status, count = entry["result"], entry["status"], entry["count"]
        came = len(found.pop((title, status), []))
        if came != count or not entry["reason"]:
            wrong.append(f"{judge}: {status} {title}: listed for {count}, came {came} times")
    for (title, status), reasons in found.items():
        wrong += [f"{judge}: {status} {title}\n    {reason}" for reason in reasons]
    if len(results) < FEWEST[judge]:
        wrong.append(f"{judge}: only {len(results)} results of {FEWEST[judge]}")
    return wrong


def main():
    program, *database = sys.argv[1:]
    expected = json.loads((HERE / "expected.json").read_text("utf-8"))
    wrong = []
    for judge, ask in {"scim2-tester": scim2_tester, "scim-sanity": scim_sanity}.items():
        with Service(program, ARGUMENTS, *database) as service:
            results = ask(service)
            counts = {}
            for _, status, _ in results:
                counts[status] = counts.get(status, 0) + 1
            counted = ", ".join(f"{count} {status}" for status, count in counts.items())
            version = importlib.metadata.version(judge)
            print(f"{judge} {version}: {len(results)} results: {counted}")
            wrong += check(judge, results, expected.get(judge, []))
            told = service.logged() + "".join(map(str, results))
            if service.token in told:
                wrong.append(f"{judge}: the token is in the log or in the results")
    if wrong:
        sys.exit("\n".join(wrong))
    print("every result of the judges is a success, or has its reason in expected.json")


main()
