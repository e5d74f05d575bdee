"""What the requests of the load need of a filled service: python3 prepare.py SCIM_URL FOLDER

FOLDER has the file `created`, the ids of all employees in the order in which they were created. It is left the files

- `groups`: the ids of two groups, of the first 10 employees and of the first 100,000 at most, which are made here,
- `members`: a sample of the members of the second one,
- `ids`: a sample of all others than those 10,
- `cursors`: those of pages behind the middle.
"""

import http.client
import json
import sys
import urllib.parse

HEADERS = {"Authorization": "Bearer s3cret-token", "Content-Type": "application/scim+json"}
# A page is as long as those of the load: a cursor belongs to its query.
FEW, MANY, SAMPLE, AT_A_TIME, PAGE, CURSORS = 10, 100_000, 20_000, 10_000, 100, 500


class Client:
    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        self.connection, self.path = http.client.HTTPConnection(parts.netloc, timeout=600), parts.path

    def send(self, method: str, path: str, body=None):
        text = None if body is None else json.dumps(body)
        self.connection.request(method, self.path + path, text, HEADERS)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path} was answered with {answer.status}: {content[:500]!r}")
        return json.loads(content) if content else None


def make_group(client: Client, name: str, ids: list) -> str:
    group = client.send("POST", "/Groups", {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name})
    for start in range(0, len(ids), AT_A_TIME):
        members = [{"value": member} for member in ids[start : start + AT_A_TIME]]
        operation = {"op": "add", "path": "members", "value": members}
        body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]}
        client.send("PATCH", f"/Groups/{group['id']}", body)
    return group["id"]


def sample(ids: list) -> list:
    return ids[:: max(1, len(ids) // SAMPLE)]


def main() -> None:
    url, folder = sys.argv[1:]
    with open(f"{folder}/created", encoding="utf-8") as file:
        ids = file.read().split()
    client = Client(url)
    groups = [make_group(client, "Few", ids[:FEW]), make_group(client, "Many", ids[:MANY])]
    cursors, cursor, passed = [], "", 0
    while cursor is not None and len(cursors) < CURSORS:
        found = client.send("GET", f"/Users?count={PAGE}&attributes=userName&cursor={cursor}")
        cursor, passed = found.get("nextCursor"), passed + len(found["Resources"])
        if cursor and passed >= len(ids) // 2:
            cursors.append(cursor)
    for name, lines in [("groups", groups), ("members", sample(ids[:MANY])), ("ids", sample(ids[FEW:])), ("cursors", cursors)]:
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main()
