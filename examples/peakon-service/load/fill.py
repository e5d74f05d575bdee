"""Fills a running service: python3 fill.py SCIM_URL EMPLOYEES FOLDER

Employees who are there already are not made again. In FOLDER it leaves what the requests of the load need: a sample of `ids`, the two
`groups` (of 10 members and of 100,000 at most), and the `cursors` of pages behind the middle.
"""

import http.client
import json
import sys
import threading
import time
import urllib.parse

HEADERS = {"Authorization": "Bearer s3cret-token", "Content-Type": "application/scim+json"}
BATCH, THREADS, PAGE, SAMPLE, MOST_MEMBERS = 500, 4, 100, 20_000, 100_000


class Client:
    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        self.connection, self.path = http.client.HTTPConnection(parts.netloc, timeout=600), parts.path

    def send(self, method: str, path: str, body=None):
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        self.connection.request(method, self.path + path, text, HEADERS)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path} was answered with {answer.status}: {content[:500]!r}")
        return json.loads(content) if content else None


def create(url: str, first: int, last: int, user: str) -> None:
    numbers = iter(range(first, last, BATCH))
    lock = threading.Lock()

    def work() -> None:
        client = Client(url)
        while True:
            with lock:
                start = next(numbers, None)
            if start is None:
                return
            operations = ",".join(
                '{"method":"POST","path":"/Users","bulkId":"%d","data":%s}' % (number, user.replace("NUMBER", str(number)))
                for number in range(start, min(start + BATCH, last))
            )
            answer = client.send("POST", "/Bulk", '{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[%s]}' % operations)
            for operation in answer["Operations"]:
                if operation["status"] != "201":
                    raise SystemExit(operation)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def make_group(client: Client, name: str, ids: list) -> str:
    group = client.send("POST", "/Groups", {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name})
    for start in range(0, len(ids), 10_000):
        members = [{"value": member} for member in ids[start : start + 10_000]]
        operation = {"op": "add", "path": "members", "value": members}
        body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]}
        client.send("PATCH", f"/Groups/{group['id']}", body)
    return group["id"]


def main() -> None:
    url, employees, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    with open(f"{folder}/user.json", encoding="utf-8") as file:
        user = file.read().strip()
    there = Client(url).send("GET", "/Users?count=0")["totalResults"]
    began = time.monotonic()
    create(url, there, employees, user)
    took = time.monotonic() - began
    if there < employees:
        print(f"{employees - there:,} employees by bulk requests of {BATCH} in {took:.0f} s: {(employees - there) / took:,.0f}/s")
    # A new connection: the service closes one that nobody has used for a minute.
    client = Client(url)
    ids, cursors, cursor, page = [], [], "", 0
    began = time.monotonic()
    while cursor is not None:
        found = client.send("GET", f"/Users?count={PAGE}&attributes=userName&cursor={cursor}")
        ids += [user["id"] for user in found["Resources"]]
        cursor, page = found.get("nextCursor"), page + 1
        if cursor and page * PAGE > employees // 2:
            cursors.append(cursor)
    print(f"a walk over {len(ids):,} employees in {page:,} pages in {time.monotonic() - began:.0f} s")
    groups = [make_group(client, "Ten", ids[:10]), make_group(client, "Many", ids[:MOST_MEMBERS])]
    for name, lines in [("ids", ids[:: max(1, len(ids) // SAMPLE)]), ("groups", groups), ("cursors", cursors[-1000:])]:
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main()
