"""Writes a directory of generated people: python3 generate.py COUNT CHANGED FILE

The first CHANGED of them have another job title than in a directory with CHANGED = 0. All names are invented. One object on a line, so
that the file can be looked at; as a whole it is the JSON that Microsoft Graph sends.
"""

import json
import sys

COUNT, CHANGED = int(sys.argv[1]), int(sys.argv[2])


def identifier(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def person(number: int) -> dict:
    user = {
        "id": identifier(number),
        "accountEnabled": True,
        "userPrincipalName": f"person{number}@lumenhaus.example",
        "mail": f"person{number}@lumenhaus.example",
        "displayName": f"Pat Number {number}",
        "givenName": "Pat",
        "surname": f"Number {number}",
        "employeeId": f"{number:06}",
        "employeeType": "Employee",
        "jobTitle": "Director" if number < CHANGED else "Steward",
        "department": f"Department {number % 400}",
        "companyName": "Lumenhaus",
        "businessPhones": [f"+47 555 {number:06}"],
        "mobilePhone": f"+47 556 {number:06}",
        "preferredLanguage": "en-GB",
        "employeeHireDate": "2019-03-01T00:00:00Z",
        "onPremisesExtensionAttributes": {"extensionAttribute1": "17/03/1984", "extensionAttribute2": "48000"},
    }
    if number:
        user["manager"] = {"id": identifier(number // 8)}
    return user


with open(sys.argv[3], "w", encoding="utf-8") as file:
    file.write('{"users": [\n')
    for number in range(COUNT):
        file.write(("," if number else "") + json.dumps(person(number)) + "\n")
    file.write("]}\n")
