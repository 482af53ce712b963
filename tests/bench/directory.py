#!/usr/bin/python3
"""A directory server for bench_pass: the demonstration company and beside it PEOPLE, of whom the first CENTRES answer for a cost
centre each.  directory.py FOLDER PEOPLE CENTRES: prints its port once it answers, and ends when its standard input does."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "integration"))
from slapd import SUFFIX, Slapd, entry  # noqa: E402

LANGUAGES = ("nl", "en", "de", "fr", "es")


def person_name(number):
    return f"uid=u{number:05},ou=people,{SUFFIX}"


def person(number, managers):
    return entry(person_name(number), "objectClass: inetOrgPerson", f"uid: u{number:05}", f"cn: Person {number}", f"sn: Person {number}",
                 f"mail: u{number:05}@voorbeeld.example", f"preferredLanguage: {LANGUAGES[number % len(LANGUAGES)]}",
                 f"manager: {person_name(number % managers)}")


def centre(number):
    return entry(f"ou=C{number:03},ou=cost centres,{SUFFIX}", "objectClass: organizationalUnit", "objectClass: extensibleObject",
                 f"ou: C{number:03}", f"manager: {person_name(number)}")


def main():
    folder, people, centres = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    more = "".join(person(number, max(people // 20, 1)) for number in range(people)) + "".join(map(centre, range(centres)))
    with Slapd(pathlib.Path(folder) / "slapd", more=more) as server:
        print(server.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
