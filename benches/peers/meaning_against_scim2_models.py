"""Holds what ours makes of filters, PATCH requests, orders and selections against scim2-models, case by case.

Reads from standard input what `cargo run -p benches --example differential` prints. `scim2_models_meaning.json` lists the
disagreements by reason: which kind of case, which features (shell patterns), what ours answers, what theirs, and how many
cases that are. A disagreement that no entry explains fails, and so does an entry whose number is another: a new fault cannot
hide behind an old reason, and a reason that is gone cannot stay. Entries are tried in order.

With `--explore` every disagreement that no entry explains is printed in full, and the numbers are not compared: for cases of
another seed.
"""

import datetime
import fnmatch
import json
import pathlib
import sys

from pydantic import ValidationError
from scim2_models import Context
from scim2_models import EnterpriseUser
from scim2_models import Error
from scim2_models import Extension
from scim2_models import Group
from scim2_models import PatchOp
from scim2_models import ResponseParameters
from scim2_models import Schema
from scim2_models import SCIMException
from scim2_models import ScimPolicy
from scim2_models import SearchRequest
from scim2_models import User

HERE = pathlib.Path(__file__).parent
SCHEMA = HERE.parent / "examples" / "differential" / "workplace_schema.json"
Workplace = Extension.from_schema(Schema.model_validate_json(SCHEMA.read_text("utf-8")))
TYPES = {"User": User[EnterpriseUser | Workplace], "Group": Group}

# The deliberate choices for which scim2-models has a switch.
POLICIES = {
    "strict": ScimPolicy(),
    "standard": ScimPolicy(
        unknown=ScimPolicy.Unknown.ignore,
        remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    ),
    "entra": ScimPolicy(
        unknown=ScimPolicy.Unknown.ignore,
        remove_value_as_filter=ScimPolicy.RemoveValue.apply,
        unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
    ),
}


def refusal(failure):
    if isinstance(failure, ValidationError):
        first = Error.from_validation_errors(failure)[0]
        return {"error": first.scim_type or str(first.status)}
    return {"error": failure.scim_type or str(failure.status)}


def held(model, resource):
    """A resource that both hold: that theirs takes it is no question here."""
    try:
        return model.model_validate(resource)
    except ValidationError as failure:
        raise RuntimeError(f"theirs refuses the resource itself: {failure}") from failure


def match(case, model):
    resource = held(model, case["resource"])
    request = SearchRequest[model].model_validate({"filter": case["filter"]})
    return request.filter.match(resource)


def patch(case, model):
    policy = POLICIES[case["preset"]]
    resource = held(model, case["resource"])
    request = PatchOp[model].model_validate(
        case["request"], scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=policy
    )
    request.patch(resource, scim_policy=policy)
    return resource.model_dump(scim_ctx=Context.DEFAULT)


def sort(case, model):
    resources = [held(model, resource) for resource in case["resources"]]
    request = SearchRequest[model].model_validate(
        {"sortBy": case["sortBy"], "sortOrder": case["sortOrder"]}
    )
    return [resource.id for resource in request.sort(resources)]


def select(case, model):
    resource = held(model, case["resource"])
    given = ("attributes", "excludedAttributes")
    parameters = ResponseParameters[model].model_validate(
        {name: case[name] for name in given if case[name] is not None}
    )
    return resource.model_dump(
        scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=parameters
    )


ANSWERS = {"match": match, "patch": patch, "sort": sort, "select": select}


def theirs(case):
    try:
        return ANSWERS[case["kind"]](case, TYPES[case["resourceType"]])
    except (SCIMException, ValidationError) as failure:
        return refusal(failure)


def meaning(value):
    """A resource without what SCIM gives no meaning: null and empty values, the order of entries, how an instant is written,
    and the case of `type`, which scim2-models writes as the canonical values have it (A-69)."""
    if isinstance(value, dict):
        parts = {name: meaning(part) for name, part in value.items()}
        if isinstance(parts.get("type"), str):
            parts["type"] = parts["type"].lower()
        return {name: part for name, part in parts.items() if part not in (None, [], {})}
    if isinstance(value, list):
        return sorted((meaning(entry) for entry in value), key=lambda entry: json.dumps(entry, sort_keys=True))
    if isinstance(value, str) and value[10:11] == "T":
        try:
            return datetime.datetime.fromisoformat(value).astimezone(datetime.UTC).isoformat()
        except ValueError:
            return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def same(case, ours, other):
    if case["kind"] == "select" and ours.get("schemas") and other.get("schemas"):
        # Both always send it: ours with all that the resource has, theirs with what is selected.
        ours, other = ours | {"schemas": []}, other | {"schemas": []}
    if case["kind"] in ("patch", "select"):
        return meaning(ours) == meaning(other)
    return ours == other


def outcome(answer):
    """An answer in one word: what an entry of the list names."""
    if isinstance(answer, dict) and set(answer) == {"error"}:
        return answer["error"]
    return json.dumps(answer) if isinstance(answer, bool) else "result"


def explains(entry, case, ours, other):
    return (
        entry["kind"] == case["kind"]
        and ours in entry["ours"].split()
        and other in entry["theirs"].split()
        and case.get("preset", "") in entry.get("preset", case.get("preset", "")).split() + [""]
        and any(
            fnmatch.fnmatchcase(feature, pattern)
            for feature in case["features"]
            for pattern in entry["features"]
        )
    )


def main():
    entries = json.loads((HERE / "scim2_models_meaning.json").read_text("utf-8"))
    found = [0] * len(entries)
    total = disagreements = 0
    wrong = []
    exploring = "--explore" in sys.argv
    for line in sys.stdin:
        case = json.loads(line)
        ours, other = case.pop("ours"), theirs(case)
        total += 1
        if same(case, ours, other):
            continue
        disagreements += 1
        for position, entry in enumerate(entries):
            if explains(entry, case, outcome(ours), outcome(other)):
                found[position] += 1
                break
        else:
            case.update(ours=ours, theirs=other)
            if not exploring:
                case = {
                    name: case[name]
                    for name in ("id", "features", "filter", "request", "sortBy", "attributes", "excludedAttributes")
                    if name in case
                } | {"ours": outcome(ours), "theirs": outcome(other)}
            wrong.append(json.dumps(case, ensure_ascii=False))
    for entry, count in zip(entries, found, strict=True):
        if entry["count"] != count and not exploring:
            wrong.append(f"{entry['id']}, {entry['features']}: {count} cases, not {entry['count']}")
        if not entry["reason"] or entry["right"] not in ("ours", "theirs", "both"):
            wrong.append(f"{entry['id']}: without a reason, or nobody is right")
    if total < 2000:
        wrong.append(f"only {total} cases")
    reasons = len({entry["id"] for entry in entries})
    print(
        f"{total:,} cases: {total - disagreements:,} agree,"
        f" {disagreements} disagree for {reasons} reasons"
    )
    if wrong:
        sys.exit("\n".join(wrong))


main()
