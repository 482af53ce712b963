"""The directory asked through directory_probe: settings for a server, questions, and what is expected of an answer that is none."""
import contextlib
import json
import os
import pathlib
import select
import subprocess

from slapd import ACCOUNT, SUFFIX

BUILD = pathlib.Path(os.environ.get("AKKOORD_BUILDDIR", "."))
PROBE = os.environ.get("AKKOORD_DIRECTORY_PROBE", str(BUILD / "tests/integration/directory_probe"))
SLACK_MS = 1500  # for a machine that is busy with something else
CPU_MS = 400     # a busy loop of a whole timeout would be over it


def settings(server, **changes):
    lookups = [
        {"name": "budget_holder", "base": f"ou=cost centres,{SUFFIX}", "filter": "(ou={cost_centre})", "attribute": "manager"},
        {"name": "department", "filter": "(departmentNumber={department})"},
        {"name": "by_supplier", "base": f"ou=people,{SUFFIX}", "filter": "(|(uid={supplier})(cn={supplier}))"},
        {"name": "by_group", "base": f"ou=nasty,{SUFFIX}", "filter": "(ou=by group)", "attribute": "manager"},
        {"name": "by_link", "base": f"ou=nasty,{SUFFIX}", "filter": "(ou=by link)", "attribute": "manager"},
        {"name": "bad_filter", "filter": "(((", "attribute": "manager"},
        {"name": "bad_template", "filter": "(ou={Cost})", "attribute": "manager"},
        {"name": "elsewhere", "base": "dc=elsewhere,dc=example", "filter": "(ou=x)", "attribute": "manager"},
        {"name": "no_base", "base": f"ou=nowhere,{SUFFIX}", "filter": "(ou=x)", "attribute": "manager"},
    ]
    return {"uris": [server.uri], "timeout_s": 10, "base_dn": SUFFIX, "bind_method": "simple", "bind_dn": ACCOUNT,
            "bind_password_file": str(server.secret), "person_filter": "(objectClass=inetOrgPerson)", "person_id": "entryUUID",
            "person_uid": "uid", "person_name": "cn", "person_mail": "mail", "person_manager": "manager",
            "person_language": "preferredLanguage", "person_country": "c", "person_authority": "employeeType",
            "person_disabled": "(|(pwdAccountLockedTime=*)(employeeType=left))", "group_filter": "(cn={name})", "group_member": "member",
            "group_nested": "expand", "lookups": lookups, **changes}


def question(ask, of=None, **fields):
    return {"ask": ask, **({"of": of} if of is not None else {}), **({"fields": fields} if fields else {})}


class Probe:
    """A running directory_probe; each question gives its answer as a dict."""

    def __init__(self, wanted, **environment):
        self.process = subprocess.Popen([PROBE, json.dumps(wanted)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **environment})

    def answer(self, timeout_s=30):
        assert select.select([self.process.stdout], [], [], timeout_s)[0], "no answer: hanging"
        line = self.process.stdout.readline()
        assert line, f"directory_probe ended with {self.process.wait(5)}"
        return json.loads(line)

    def ask(self, ask, of=None, **fields):
        return self.put(question(ask, of, **fields))

    def batch(self, questions):
        """The answers to (kind, argument) or (kind, argument, fields), all asked together."""
        asked = [question(kind, of, **(fields[0] if fields else {})) for kind, of, *fields in questions]
        return self.put({"ask": "batch", "of": asked})["answers"]

    def put(self, asked):
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def found(self, ask, of=None, **fields):
        """The people of a complete answer."""
        answer = self.ask(ask, of, **fields)
        assert answer["ok"], answer
        return answer["people"]

    def uids(self, ask, of=None, **fields):
        return [person["uid"] for person in self.found(ask, of, **fields)]

    def close(self):
        self.process.stdin.close()
        try:
            code = self.process.wait(20)
        finally:
            self.process.kill()
            self.process.stdout.close()
        assert code == 0, f"directory_probe ended with {code}"


@contextlib.contextmanager
def probing(wanted, **environment):
    probe = Probe(wanted, **environment)
    try:
        yield probe
    finally:
        probe.close()


def is_unknown(answer, kind="unavailable", timeout_s=None):
    assert not answer["ok"] and answer["kind"] == kind, answer
    assert answer["cpu_ms"] < CPU_MS, answer
    if timeout_s is not None:
        assert answer["ms"] <= timeout_s * 1000 + SLACK_MS, answer
    return answer
