"""Holds ours against scim2-models, text by text.

Reads from standard input what `cargo run -p benches --example acceptance` prints. `scim2_models.json` has every filter on
which the two disagree, with the reason; an unlisted disagreement fails, and so does a listed one that is none.
"""

import json
import pathlib
import sys

from scim2_models import InvalidFilterException, ScimFilter


def takes(text):
    try:
        ScimFilter(text)
    except InvalidFilterException:
        return False
    return True


def main():
    ours = json.load(sys.stdin)
    if len(ours) < 150:
        sys.exit(f"only {len(ours)} filters")
    listed = {
        entry["filter"]: entry
        for entry in json.loads(
            pathlib.Path(__file__)
            .with_name("scim2_models.json")
            .read_text("utf-8")
        )
    }
    wrong = []
    for text, taken in ours.items():
        disagree = takes(text) != taken
        entry = listed.pop(text, None)
        if disagree and entry is None:
            wrong.append(
                json.dumps(
                    {"filter": text, "ours": taken, "reason": ""}, ensure_ascii=False
                )
            )
        elif disagree and (entry["ours"] != taken or not entry["reason"]):
            wrong.append(f"listed the other way round, or without a reason: {text!r}")
        elif not disagree and entry is not None:
            wrong.append(f"both agree on {text!r}: {taken}")
    wrong += [f"no case has {text!r}" for text in listed]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(ours)} filters, every disagreement with scim2-models has its reason")


main()
