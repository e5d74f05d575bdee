"""Holds peakon-service against its own OpenAPI document: PyPI's schemathesis sends what the document allows and what it forbids, and
compares each answer with what the document promises. It also follows the links of the document, from what it has created to what may be
done with it.

usage: openapi.py PROGRAM [DATABASE]

All checks are on but those that `openapi-excluded.json` names, each with its reason. The requests are the same in every run.
"""

import json
import pathlib
import subprocess
import sys

from service import Service

HERE = pathlib.Path(__file__).parent
SEED, EXAMPLES = 7643, 8


def main():
    program, *database = sys.argv[1:]
    excluded = json.loads((HERE / "openapi-excluded.json").read_text("utf-8"))
    if not all(excluded.values()):
        sys.exit("openapi-excluded.json: every excluded check needs its reason")
    # Schemathesis sends more in a second than a directory in an hour, and wrong tokens among it.
    with Service(program, ["--log=warn"], *database) as service:
        folder = pathlib.Path(service.folder.name)
        configuration = f"""
headers = {{ Authorization = "Bearer {service.token}" }}
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415]
"""
        # By a file: the token is seen by nobody who lists the processes.
        (folder / "schemathesis.toml").write_text(configuration, "utf-8")
        url = service.url.removesuffix("/scim/v2") + "/openapi.json"
        command = [pathlib.Path(sys.executable).with_name("schemathesis")]
        command += ["--config-file", folder / "schemathesis.toml", "run", url]
        command += ["--checks=all", f"--seed={SEED}", f"--max-examples={EXAMPLES}", "--no-color"]
        command += ["--phases=examples,coverage,fuzzing,stateful", "--continue-on-failure"]
        if excluded:
            command.append(f"--exclude-checks={','.join(excluded)}")
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=1800)
        told = service.logged()
    if done.returncode != 0 or service.token in told:
        sys.exit(f"{done.stdout[-20000:]}{done.stderr[-2000:]}{told[-4000:]}")
    print("\n".join(line for line in done.stdout.splitlines()[-16:] if line.strip()))


main()
