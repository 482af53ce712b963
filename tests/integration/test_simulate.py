"""`akkoord simulate`: DESIGN.md's worked table end to end, a company in two files, what is wrong with files; from a store, of which not a byte changes; what another
policy changes; and that what was foretold is what then happens, reminder by reminder."""
import contextlib
import datetime
import hashlib
import json
import os
import sqlite3
import subprocess

import pytest

from akkoord import EX_CONFIG, EX_DATAERR, EX_NOINPUT, EX_USAGE, some_of
from company import INVOICES, found
from scene import events, take

HOLIDAYS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//EN
BEGIN:VEVENT
UID:1@x
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20261225
DTEND;VALUE=DATE:20261226
SUMMARY:Kerst
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")

HEAD = """
calendars = { nl = { timezone = "Europe/Amsterdam"; work = [ "Mon-Fri 08:30-17:30" ]; holidays = [ "nl.ics" ]; countries = [ "NL" ]; };
              es = { timezone = "Europe/Madrid"; work = [ "Mon-Thu 08:00-17:00", "Fri 08:00-15:00" ]; holidays = [ "nl.ics" ]; countries = [ "ES" ]; }; };
default_calendar = "nl";  slots = [ "09:00", "14:00" ];  grace = "4bh";  max_per_day = 6;  invites = "none";
"""
STAGE = 'chains = ( { name = "all"; stages = ( { name = "budget holder"; approvers = [ "lookup(budget_holder)" ]; within = "%s"; ladder = "standard"; } ); } );\n'

ANNA = {"uid": "anna", "name": "Anna de Vries", "mail": "anna@x.example", "country": "NL", "lookups": {"budget_holder": ["*"]}}
USUAL = {"supplier": "Cloudhaven", "number": "1", "gross": "100.00", "currency": "EUR", "cost_centres": ["IT-100"]}


def write(akkoord, name, content):
    """A file in the program's folder: text as it is, lists as JSON lines."""
    path = akkoord.folder / name
    path.write_text(content if isinstance(content, str) else "".join(json.dumps(record) + "\n" for record in content), encoding="utf-8")
    return path


def ladder(*rungs):
    return "ladders = { standard = ( " + ", ".join("{ " + rung + " }" for rung in rungs) + " ); };\n"


def order(akkoord, policy, people, invoices, *words, decide=None):
    """The words of the command, everything in files."""
    write(akkoord, "nl.ics", HOLIDAYS)
    words = ["simulate", "--policy", write(akkoord, "trial.conf", policy), "--people", write(akkoord, "people.jsonl", people),
             "--invoices", write(akkoord, "invoices.jsonl", invoices), *words]
    return words + (["--decide", write(akkoord, "decide.jsonl", decide)] if decide is not None else [])


def foretell(akkoord, policy, people, invoices, *words, decide=None, now="2026-11-01T00:00:00Z"):
    """The records of a rehearsal from files."""
    return akkoord.records(*order(akkoord, policy, people, invoices, *words, decide=decide), now=now)


def short(records):
    """ "2026-12-28T08:00:00Z pressing to anna" """
    return [f"{record['at']} {record['rung']} {record['role']} {record['recipient'].split('@')[0]}" for record in records]


# ---- the worked table of DESIGN.md 2 ----


@pytest.mark.parametrize("received, due, rung, within, at", [
    ("2026-12-24T15:05:00Z", None, 'at = "start+1bd"; anytime = true;', "9bd", "2026-12-28T15:05:00Z"),
    ("2026-11-28T10:00:00Z", None, 'at = "start+1bd"; anytime = true;', "9bd", "2026-12-01T07:30:00Z"),
    ("2026-12-24T15:05:00Z", None, 'at = "deadline"; anytime = true;', "1bd", "2026-12-28T16:30:00Z"),
    ("2026-12-24T15:05:00Z", None, 'at = "deadline-1bd"; anytime = true;', "1bd", "2026-12-24T16:30:00Z"),
    ("2026-12-24T15:05:00Z", None, 'at = "deadline-1bd"; urgent = true;', "1bd", "2026-12-28T07:30:00Z"),
    ("2026-12-24T15:05:00Z", None, 'at = "deadline-1bd";', "1bd", "2026-12-28T08:00:00Z"),
    ("2026-12-24T15:05:00Z", None, 'at = "deadline";', "1bd", "2026-12-29T08:00:00Z"),
    ("2026-12-24T15:05:00Z", None, 'at = "deadline"; urgent = true;', "1bd", "2026-12-29T07:30:00Z"),
    ("2027-03-26T15:30:00Z", None, 'at = "start+2bh"; anytime = true;', "9bd", "2027-03-29T07:30:00Z"),
    ("2026-11-23T09:00:00Z", "2026-11-29", 'at = "due"; anytime = true;', "9bd", "2026-11-27T16:30:00Z"),
])
def test_worked_table(akkoord, received, due, rung, within, at):
    invoice = {**USUAL, "received": received, **({"due_date": due} if due else {})}
    [record] = foretell(akkoord, HEAD + ladder(f'name = "it"; {rung} tone = "firm";') + STAGE % within, [ANNA], [invoice], "--days", "200")
    assert record == {"at": at, "invoice": "Cloudhaven/1", "stage": "budget holder", "approver": "anna", "rung": "it", "occurrence": 0,
                      "recipient": "anna@x.example", "role": "to", "send": "mail", "tone": "firm"}


def test_last_instant(akkoord):
    """`--days` includes its last instant; `start` is the later of received and `--from`."""
    policy = HEAD + ladder('name = "daily"; at = "start"; every = "1d"; times = 0; anytime = true;') + STAGE % "9bd"
    invoice = {**USUAL, "received": "2026-11-20T10:00:00Z"}
    records = foretell(akkoord, policy, [ANNA], [invoice], "--from", "2026-12-01T10:00:00Z", "--days", "2")
    assert [(record["at"], record["occurrence"]) for record in records] == [(f"2026-12-0{day}T10:00:00Z", day - 1) for day in (1, 2, 3)]
    assert len(foretell(akkoord, policy, [ANNA], [invoice], "--days", "0", now="2026-12-01T10:00:00Z")) == 1
    assert len(foretell(akkoord, policy, [ANNA], [{**USUAL, "received": "2026-12-31T10:00:01Z"}], now="2026-12-01T10:00:00Z")) == 0
    local = foretell(akkoord, policy, [ANNA], [USUAL], "--from", "2026-12-01 11:00", "--days", "0")
    assert local == foretell(akkoord, policy, [ANNA], [USUAL], "--from", "2026-12-01T10:00:00Z", "--days", "0")
    assert foretell(akkoord, policy, [ANNA], [USUAL], "--from", "2026-12-01", "--days", "0")[0]["at"] == "2026-11-30T23:00:00Z"


# ---- a company in two files ----


def person(uid, manager=None, groups=(), centres=(), **more):
    record = {"uid": uid, "name": uid.capitalize(), "mail": f"{uid}@x.example", "country": "NL", "groups": list(groups), **more}
    record |= {"manager": manager} if manager else {}
    return record | ({"lookups": {"budget_holder": list(centres)}} if centres else {})


COMPANY = [
    person("anna"),
    person("pieter", "anna", ["board"], authority="50000.00 EUR"),
    person("sanne", "pieter", ["controllers"], authority="20000.00 EUR"),
    person("thomas", "pieter", ["controllers"], absent=[{"from": "2026-12-07", "until": "2026-12-09", "deputy": "femke"}]),
    person("femke", "sanne", ["finance"]),
    person("mark", "anna", centres=["IT-*"]),
    person("priya", "mark", centres=["HOST-*"], absent=[{"from": "2026-11-30T00:00:00Z", "until": "2026-12-31T00:00:00Z", "deputy": "mark"}]),
    person("lucia", "anna", centres=["MKT-200"], country="ES", language="es"),
    person("julien", "anna", centres=["FAC-300"], authority="500.00 EUR"),
    person("karim", "julien", disabled=True, centres=["OPS-*"]),
]
LADDER = ladder('name = "opened"; at = "start"; tone = "new";',
                'name = "pressing"; at = "deadline-4bh"; tone = "firm";',
                'name = "manager"; at = "deadline"; tone = "escalation"; cc = [ "manager(approver)" ];',
                'name = "widen"; at = "deadline+2bd"; tone = "escalation"; add = "manager(approver)"; to = [ "approver" ];',
                'name = "over"; at = "deadline+4bd"; tone = "final"; reassign = "group(board)"; to = [ "approver" ];')
TWO_STAGES = """chains = ( { name = "all"; stages = (
  { name = "budget holder"; approvers = [ "lookup(budget_holder)" ]; within = "2bd"; ladder = "standard"; },
  { name = "controller"; approvers = [ "group(controllers)" ]; need = "any"; within = "2bd"; ladder = "standard"; distinct = true; } ); } );
"""
MONDAY = "2026-11-30T08:00:00Z"


def test_whole_ladder(akkoord):
    """Nobody decides: reminded, escalated, widened, taken over; each at its slot."""
    records = foretell(akkoord, HEAD + LADDER + STAGE % "2bd", COMPANY, [{**USUAL, "received": MONDAY}], "--from", MONDAY, "--days", "11")
    assert short(records) == [
        "2026-11-30T08:00:00Z opened to mark",
        "2026-12-02T13:00:00Z pressing to mark",
        "2026-12-03T08:00:00Z manager cc anna",
        "2026-12-03T08:00:00Z manager to mark",
        "2026-12-07T08:00:00Z widen to anna",
        "2026-12-07T08:00:00Z widen to mark",
        "2026-12-09T08:00:00Z opened to pieter",
    ]


def test_absent(akkoord):
    """Priya is away: Mark stands in for her from the first day and gets the first mail in the first tone."""
    invoice = {**USUAL, "cost_centres": ["HOST-1"], "received": MONDAY}
    records = foretell(akkoord, HEAD + LADDER + STAGE % "2bd", COMPANY, [invoice], "--from", MONDAY, "--days", "2")
    assert short(records) == ["2026-11-30T08:00:00Z opened to mark"] + [line for line in short(records) if "pressing" in line]
    assert records[0]["approver"] == "priya" and records[0]["tone"] == "new"


def test_decisions(akkoord):
    """What the file decides ends the reminders of one stage and begins the next."""
    invoice = {**USUAL, "received": MONDAY}
    decide = [{"at": "2026-12-01T10:00:00Z", "invoice": "cloudhaven/1", "as": "mark", "decision": "approve"},
              {"at": "2026-12-03T10:00:00Z", "invoice": "Cloudhaven/1", "as": "sanne", "decision": "approve"}]
    result = akkoord.run(*order(akkoord, HEAD + LADDER + TWO_STAGES, COMPANY, [invoice], "--from", MONDAY, "--days", "30", decide=decide), as_json=True)
    assert [f"{line} {record['stage']}" for record, line in zip(result.lines, short(result.lines))] == [
        "2026-11-30T08:00:00Z opened to mark budget holder",
        "2026-12-01T13:00:00Z opened to sanne controller",
        "2026-12-01T13:00:00Z opened to thomas controller",
    ]
    assert result.err == ""
    decide.append({"at": "2026-12-04T10:00:00Z", "invoice": "Cloudhaven/1", "as": "thomas", "decision": "approve"})
    result = akkoord.run(*order(akkoord, HEAD + LADDER + TWO_STAGES, COMPANY, [invoice], "--from", MONDAY, "--days", "30", decide=decide), as_json=True)
    assert len(result.lines) == 3 and "decide.jsonl:3: thomas is not asked about Cloudhaven/1 then" in result.err
    decide[0]["decision"] = "reject"
    assert len(foretell(akkoord, HEAD + LADDER + TWO_STAGES, COMPANY, [invoice], "--from", MONDAY, decide=decide[:1])) == 1


def test_text(akkoord):
    """For people: days with their weekday, a person at a time, the amount, why; what it comes to; who is stuck."""
    invoices = [{**USUAL, "received": MONDAY, "gross": "1234567.89"}, {**USUAL, "number": "2", "cost_centres": ["OPS-1"]}]
    words = order(akkoord, HEAD + LADDER + STAGE % "2bd", COMPANY, invoices, "--from", MONDAY, "--days", "11")
    out = akkoord.run(*words).out
    assert "Monday 30 November 2026\n" in out and "Thursday 3 December 2026\n" in out
    assert "  Mark <mark@x.example>\n    09:00  mail" in out
    assert "stuck: Cloudhaven/2: nobody may decide" in out
    [line] = [line for line in out.splitlines() if "pressing" in line]
    assert line.split() == ["14:00", "mail", "firm", "pressing", "Cloudhaven/1", "1234567.89", "EUR"]
    assert "for 2 invoices: 7 mails, to 2 people." in out
    assert "1 invoice is stuck:\n  Cloudhaven/2 (budget holder): nobody may decide" in out


def test_same_again(akkoord):
    """The same files give the same bytes; also as an array and in another order of people."""
    invoices = [{**USUAL, "number": str(number), "received": MONDAY, "cost_centres": [centre]} for number, centre in enumerate(["IT-1", "MKT-200", "FAC-300", "HOST-2"] * 5)]
    policy = HEAD + LADDER + TWO_STAGES
    first = akkoord.run(*order(akkoord, policy, COMPANY, invoices), now=MONDAY, as_json=True).out
    assert first.count("\n") > 50
    assert first == akkoord.run(*order(akkoord, policy, COMPANY, json.dumps(invoices, indent=1)), now=MONDAY, as_json=True).out
    keys = [(record["at"], record["recipient"]) for record in map(json.loads, first.splitlines())]
    assert keys == sorted(keys)


# ---- what is wrong ----


@pytest.mark.parametrize("people, invoices, decide, code, said", [
    ([{**ANNA, "manager": "nobody"}], [USUAL], None, EX_DATAERR, 'people.jsonl:1: manager: found "nobody", wanted the uid of somebody in this file'),
    ([ANNA, {**ANNA, "absent": [{"from": "x", "until": "y"}]}], [USUAL], None, EX_DATAERR, "people.jsonl:2: absent[0].from: found \"x\""),
    ([ANNA], [USUAL, {**USUAL, "gros": "1"}], None, EX_DATAERR, 'invoices.jsonl:2: gros: wanted a known name: did you mean "gross"?'),
    ([ANNA], [USUAL, USUAL], None, EX_DATAERR, "invoices.jsonl:2: number: found \"1\", wanted an invoice that does not stand here yet (line 1 has it)"),
    ([ANNA], "uid;name\n", None, EX_DATAERR, "invoices.jsonl:1: wanted a JSON object"),
    ([ANNA], [USUAL], [{"at": MONDAY, "invoice": "Cloudhaven/2", "as": "anna", "decision": "approve"}], EX_NOINPUT,
     'decide.jsonl:1: invoice: there is no open invoice "Cloudhaven/2"'),
    ([ANNA], [USUAL], [{"at": MONDAY, "invoice": "Cloudhaven/1", "as": "ana", "decision": "approve"}], EX_NOINPUT,
     'decide.jsonl:1: as: nobody has the uid "ana"'),
    ([ANNA], [USUAL], [{"at": "now", "invoice": "Cloudhaven/1", "as": "anna", "decision": "approve"}], EX_DATAERR, "decide.jsonl:1: at: found \"now\""),
])
def test_wrong_files(akkoord, people, invoices, decide, code, said):
    policy = HEAD + LADDER + STAGE % "2bd"
    result = akkoord.run(*order(akkoord, policy, people, invoices, decide=decide), code=code)
    assert said in result.err and result.out == ""


def test_wrong_order(akkoord):
    words = order(akkoord, HEAD + LADDER + STAGE % "2bd", [ANNA], [USUAL])
    for more, said in (["--from", "soon"], "soon"), (["--days", "-1"], "--days"), (["--days", "99999"], "--days"), (["x"], "no arguments"), (["--typical"], "--typical"):
        assert said in akkoord.run(*words, *more, code=EX_USAGE).err
    bad = order(akkoord, HEAD + LADDER.replace("deadline-4bh", "deadlin-4bh") + STAGE % "2bd", [ANNA], [USUAL])
    assert "trial.conf:" in akkoord.run(*bad, code=EX_CONFIG).err
    for place in (2, 4, 6):
        gone = [*words[:place], akkoord.folder / "nowhere", *words[place + 1:]]
        assert "nowhere" in akkoord.run(*gone, code=EX_NOINPUT).err
    assert "akkoord.conf" in akkoord.run("simulate", code=EX_CONFIG).err


def test_policy_beside(akkoord):
    """Both files and no akkoord.conf: the policy is the one beside where it would be."""
    words = order(akkoord, HEAD + LADDER + STAGE % "2bd", [ANNA], [USUAL])
    wanted = akkoord.records(*words, now=MONDAY)
    assert "policy" in akkoord.run("simulate", *words[3:], code=EX_NOINPUT).err
    akkoord.policy.write_text(words[2].read_text(encoding="utf-8"), encoding="utf-8")
    assert akkoord.records("simulate", *words[3:], now=MONDAY) == wanted != []


# ---- from a store ----

FOUNDED = "2026-11-01T08:00:00Z"


def company(akkoord, slapd, edit_policy=lambda text: text):
    """The demonstration company, with mails that go to a folder."""
    found(akkoord, slapd, f"maildir:{akkoord.folder / 'mail'}", FOUNDED, edit_policy)


def fingerprint(folder):
    """Every file below the folder with the hash of its bytes; SQLite's index of a log is nobody's content."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.endswith("-shm")}


def test_changes_nothing(akkoord, slapd):
    """Not a byte in or beside the store, whether it lies there closed, is open elsewhere, or is being written to."""
    company(akkoord, slapd)
    akkoord.run("import", INVOICES, now=MONDAY)
    akkoord.run("tick", now=MONDAY)
    before = fingerprint(akkoord.folder)
    first = akkoord.run("simulate", "--days", "20", now=MONDAY, as_json=True).out
    assert first and fingerprint(akkoord.folder) == before
    with sqlite3.connect(akkoord.folder / "akkoord.db") as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE invoice SET state = 'withdrawn'")
        before = fingerprint(akkoord.folder)
        assert akkoord.run("simulate", "--days", "20", now=MONDAY, as_json=True).out == first
        assert fingerprint(akkoord.folder) == before
        connection.rollback()
    connection.close()


def test_read_only_folder(akkoord, slapd):
    """Who may read the store but write nothing can rehearse."""
    company(akkoord, slapd)
    akkoord.run("import", INVOICES, now=MONDAY)
    wanted = akkoord.run("simulate", now=MONDAY, as_json=True).out
    akkoord.folder.chmod(0o555)
    for name in ("akkoord.db", "akkoord.conf", "ldap.secret"):
        (akkoord.folder / name).chmod(0o444)
    words = akkoord.arguments(("simulate",), MONDAY, True)
    if os.geteuid() == 0:  # who may write everywhere, unless without capabilities
        words = ["setpriv", "--bounding-set", "-all", *words]
    done = subprocess.run(words, capture_output=True, text=True, env=akkoord.environment(), cwd="/", check=False, timeout=60)
    refused = subprocess.run([*words[:-2], "tick"], capture_output=True, text=True, env=akkoord.environment(), cwd="/", check=False, timeout=60)
    akkoord.folder.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert done.stdout == wanted and refused.returncode != 0


def test_changes(akkoord, slapd):
    """Another policy beside the one in force: more, fewer and moved; who hears of it; rung by rung."""
    company(akkoord, slapd)
    akkoord.run("import", INVOICES, now=MONDAY)
    policy = akkoord.policy.read_text(encoding="utf-8")
    draft = akkoord.folder / "draft.conf"
    draft.write_text(policy, encoding="utf-8")
    same = akkoord.run("simulate", "--policy", draft, now=MONDAY).out
    assert "Compared with the policy in force: nothing changes." in same
    draft.write_text(policy.replace('at = "deadline-4bh"', 'at = "deadline-8bh"').replace('    { name = "nudge";    at = "start+1bd";    tone = "friendly"; },\n', "")
                     .replace('cc = [ "manager(approver)" ]', 'cc = [ "manager(approver)", "group(auditors)" ]'), encoding="utf-8")
    records = akkoord.records("simulate", "--policy", draft, now=MONDAY)
    changes = [record for record in records if "change" in record]
    plain = [record for record in records if "change" not in record]
    assert records == plain + changes and len(plain) > 20
    kinds = {(record["change"], record["rung"]) for record in changes if record["send"] == "mail"}
    assert ("fewer", "nudge") in kinds and ("moved", "pressing") in kinds and ("more", "manager") in kinds
    assert all(("before" in record) == (record["change"] == "moved") for record in changes)
    assert {record["recipient"] for record in changes if record["change"] == "more"} >= {"eva@voorbeeld.example"}
    text = akkoord.run("simulate", "--policy", draft, now=MONDAY).out
    assert "Compared with the policy in force, by which it would be" in text and "hears of it, and did not" in text
    [nudge] = [line for line in text.splitlines() if line.startswith("  nudge ")]
    assert "fewer" in nudge and "more" not in nudge


def test_mixed(akkoord, slapd):
    """Invoices of a file with the real people, and the record's invoices with people of a file."""
    company(akkoord, slapd)
    akkoord.run("import", INVOICES, now=MONDAY)
    akkoord.run("tick", now=MONDAY)
    invoices = write(akkoord, "invoices.jsonl", [{**USUAL, "gross": "300.00", "received": MONDAY}])
    [first, *_] = akkoord.records("simulate", "--invoices", invoices, now=MONDAY)
    assert (first["recipient"], first["invoice"]) == ("priya@voorbeeld.example", "Cloudhaven/1")
    people = write(akkoord, "people.jsonl", [person("mark", "anna", centres=["IT-200"]), person("anna", groups=["finance", "controllers"])])
    records = akkoord.records("simulate", "--people", people, now="2026-12-01T08:00:00Z")
    recipients = {record["recipient"] for record in records if record["send"] == "mail"}
    assert {"mark@x.example", "anna@x.example"} <= recipients and not {"mark@voorbeeld.example", "anna@voorbeeld.example"} & recipients
    assert not [record for record in records if record["rung"] == "opened" and record["recipient"] == "mark@x.example"]


def test_typical(akkoord, slapd):
    """Everybody takes as long as until now; who never decided, as long as all."""
    company(akkoord, slapd)
    for number, (supplier, uid, centre) in enumerate((("A", "lucia", "MKT-200"), ("B", "lucia", "MKT-200"), ("C", "julien", "FAC-300"))):
        take(akkoord, now=MONDAY, number=f"T-{number}", supplier=supplier, cost_centre=centre)
    akkoord.run("tick", now=MONDAY)
    akkoord.run("approve", "A/T-0", "--as", "lucia", now="2026-11-30T12:00:00Z")
    akkoord.run("approve", "B/T-1", "--as", "lucia", now="2026-11-30T12:00:00Z")
    akkoord.run("tick", now="2026-11-30T13:00:00Z")
    take(akkoord, now="2026-11-30T13:30:00Z", number="T-9", supplier="Z")
    later = akkoord.records("simulate", "--typical", now="2026-12-01T07:00:00Z")
    assert [record["rung"] for record in later if record["send"] == "mail"] == ["opened"]
    assert len(akkoord.records("simulate", now="2026-12-01T07:00:00Z")) > 20


# ---- what was foretold is what happens ----


def foretold_as_happened(records):
    """Mails reminder by reminder, invites and cancellations by invoice, updates by person."""
    mails = [tuple(record[key] for key in ("at", "invoice", "stage", "approver", "rung", "occurrence", "recipient", "role", "tone"))
             for record in records if record["send"] == "mail"]
    entries = {(record["at"], record["recipient"], record["send"], record["invoice"] if record["send"] != "invite-update" else "")
               for record in records if record["send"] != "mail"}
    return sorted(mails), sorted(entries)


class Happened:
    """The same, of what the record says was accepted by the mail server since an instant."""

    def __init__(self, akkoord):
        self.people, self.labels, self.stages, self.approvals, self.claims = {}, {}, {}, {}, {}
        self.mails, self.entries, self.calendar, self.accepted = [], set(), {}, {}
        for event in events(akkoord):
            action = getattr(self, "take_" + event["type"].replace(".", "_"), None)
            if action:
                action(event, event["data"], event["side"])
        for message, (send, person, invoices) in self.calendar.items():
            if message in self.accepted:
                self.entries |= {(self.accepted[message], self.people[person][1], send, invoice) for invoice in invoices}

    def take_person_recorded(self, _, data, side):
        self.people[data["person"]] = side.get("uid", side.get("mail")), side.get("mail")

    def take_invoice_received(self, event, _, side):
        self.labels[event["invoice"]] = f"{side['supplier']['name']}/{side['number']}"

    def take_stage_opened(self, event, data, _):
        self.stages[event["invoice"], data["stage"]] = data["name"]

    def take_approval_opened(self, event, data, _):
        self.approvals[data["approval"]] = self.labels[event["invoice"]], self.stages[event["invoice"], data["stage"]], self.people[data["person"]][0]

    def take_reminder_claimed(self, _, data, __):
        if data["channel"] == "mail":
            self.claims.setdefault(data["message"], []).append(data)

    def note_entry(self, send, data):
        if "message" in data:
            self.calendar[data["message"]] = send, data["person"], [self.approvals[approval][0] for approval in data["approvals"]]

    def take_invite_requested(self, _, data, __):
        self.note_entry("invite", data)

    def take_invite_updated(self, _, data, __):
        if "message" in data:
            self.calendar[data["message"]] = "invite-update", data["person"], [""]

    def take_invite_cancelled(self, _, data, __):
        self.note_entry("invite-cancel", data)

    def take_message_accepted(self, event, data, _):
        self.accepted[data["message"]] = event["at"]
        for claim in self.claims.get(data["message"], ()):
            self.mails.append((event["at"], *self.approvals[claim["approval"]], claim["rung"], claim["occurrence"], self.people[claim["person"]][1],
                               claim["role"], claim["tone"]))

    def since(self, at):
        return sorted(mail for mail in self.mails if mail[0] >= at), sorted(entry for entry in self.entries if entry[0] >= at)


def due(akkoord):
    """The next instant at which a pass has something to do, by the store's own tables."""
    with contextlib.closing(sqlite3.connect(akkoord.folder / "akkoord.db")) as connection:
        [row] = connection.execute("SELECT MIN(at) FROM (SELECT MIN(at) AS at FROM wakeup UNION SELECT MIN(next_try) FROM message)").fetchall()
    return row[0]


def stamp(instant):
    return datetime.datetime.fromtimestamp(instant, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(text):
    return int(datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc).timestamp())


def live(akkoord, now, until, happenings=()):
    """Passes at every instant at which something is due, and (time, words) when they happen."""
    left = sorted(happenings)
    akkoord.run("tick", now=stamp(now))
    while True:
        wakeup = due(akkoord)
        instants = [at for at in (max(wakeup, now + 1) if wakeup is not None else None, seconds(left[0][0]) if left else None) if at is not None]
        if not instants or min(instants) > until:
            return
        now = min(instants)
        while left and seconds(left[0][0]) == now:
            akkoord.run(*left.pop(0)[1], now=stamp(now))
        akkoord.run("tick", now=stamp(now))


def edit(*changes):
    def changed(text):
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        return text
    return changed


DAILY = '    { name = "daily";    at = "deadline+2bd";'
WIDEN = '    { name = "widen";    at = "deadline+1bd"; tone = "escalation"; add = "manager(approver)"; to = [ "approver", "manager(approver)" ]; },\n'
OVER = '    { name = "over";     at = "deadline+3bd"; tone = "final"; reassign = "group(board)"; },\n'
CONTROLLERS = 'approvers = [ "group(controllers)" ]; fallback = [ "group(finance)" ]; need = 1;'

# What the policy says otherwise, how many days are foretold, after how many that were lived through, and what happens: decisions are foretold, all else happens before.
LIVES = {
    "demonstration": (edit(), 16, 0, ()),
    "demonstration, begun": (edit(), 16, 2, ()),
    "an entry an approval": (edit(('invites = "day"', 'invites = "approval"')), 14, 0, ()),
    "one mail a day": (edit(("max_per_day = 6", "max_per_day = 1")), 12, 1, ()),
    "no slots": (edit(('slots = [ "09:00", "14:00" ]', "slots = [ ]")), 10, 0, ()),
    "at any time": (edit(('at = "start+1bd";    tone', 'at = "start+30h"; anytime = true; tone'), ('at = "deadline-4bh";', 'at = "deadline-4bh"; urgent = true;')), 12, 0, ()),
    "long warning": (edit(('grace = "4bh"', 'grace = "3bd"')), 14, 1, ()),
    "widened": (edit((DAILY, WIDEN + DAILY)), 14, 0, ()),
    "widened, begun": (edit((DAILY, WIDEN.replace(', "manager(approver)" ]', " ]") + DAILY),
                            ('times = 0; tone = "final"; to = [ "approver", "manager(approver)" ];', 'times = 0; tone = "final"; to = [ "approver" ];')), 8, 8, ()),
    "taken over": (edit((DAILY, WIDEN + OVER + DAILY)), 16, 0, ()),
    "taken over, begun": (edit((DAILY, WIDEN + OVER + DAILY)), 8, 10, ()),
    "all must": (edit((CONTROLLERS, 'approvers = [ "group(controllers)" ]; need = "all";')), 16, 2, (
        ("2026-12-01T09:00:00Z", "approve", "Cloudhaven", "priya"), ("2026-12-04T09:00:00Z", "approve", "Cloudhaven", "sanne"),
        ("2026-12-08T13:30:00Z", "approve", "Cloudhaven", "thomas"))),
    "decided": (edit(), 16, 0, (
        ("2026-11-30T14:00:00Z", "approve", "Imprenta", "lucia"), ("2026-12-01T13:00:00Z", "approve", "Werkplek", "mark"),
        ("2026-12-05T10:00:00Z", "approve", "Werkplek", "thomas"), ("2026-12-07T08:00:00Z", "reject", "Propret", "julien", "--reason", "no"))),
    "held": (edit(), 14, 1, (("2026-12-01T08:00:00Z", "hold", "Werkplek", "mark", "--until", "2026-12-04", "--reason", "asks"),)),
    "handed on": (edit(), 14, 3, (("2026-12-01T08:00:00Z", "delegate", "Imprenta", "lucia", "--to", "pieter"), ("2026-12-02T08:00:00Z", "restart", "Propret", "femke", "--reason", "anew"))),
    "all must, handed on": (edit((CONTROLLERS, 'approvers = [ "group(controllers)" ]; need = "all";')), 8, 3, (
        ("2026-12-01T08:00:00Z", "approve", "Cloudhaven", "priya"), ("2026-12-02T08:00:00Z", "delegate", "Cloudhaven", "thomas", "--to", "pieter"),
        ("2026-12-04T09:00:00Z", "approve", "Cloudhaven", "sanne"), ("2026-12-07T09:00:00Z", "approve", "Cloudhaven", "pieter"))),
    "when booked": (edit((CONTROLLERS, CONTROLLERS + ' opens = "booked";')), 14, 2, (
        ("2026-12-01T08:00:00Z", "approve", "Werkplek", "mark"), ("2026-12-01T08:00:00Z", "approve", "Cloudhaven", "priya"), ("2026-12-01T12:00:00Z", "booked", "Werkplek", None))),
    "absent": (edit(), 14, 1, (
        ("2026-11-30T10:00:00Z", "absence", "mark", "--from", "2026-12-02", "--until", "2026-12-08", "--deputy", "anna"),
        ("2026-11-30T10:00:00Z", "absence", "priya", "--from", "2026-11-30", "--until", "2026-12-03 11:00", "--deputy", "mark"),
        ("2026-11-30T10:00:00Z", "absence", "lucia", "--from", "2026-12-01 10:00", "--until", "2026-12-20"))),
    "absent, with a fallback": (edit((CONTROLLERS, CONTROLLERS.replace("group(finance)", "user(pieter)"))), 14, 2, (
        ("2026-11-30T10:00:00Z", "absence", "thomas", "--from", "2026-12-02", "--until", "2026-12-04"),
        ("2026-11-30T10:00:00Z", "absence", "sanne", "--from", "2026-12-02", "--until", "2026-12-09", "--deputy", "thomas"),
        ("2026-12-01T13:00:00Z", "approve", "Werkplek", "mark"))),
}


def words_of(labels, happening):
    at, command, supplier, uid, *more = happening
    if command == "absence":
        return at, [command, "set", supplier, uid, *more, "--as", supplier]
    return at, [command, next(label for label in labels if label.startswith(supplier)), *(["--as", uid] if uid else []), *more]


@pytest.mark.parametrize("name", some_of(LIVES))
def test_what_happens(akkoord, slapd, name):
    """The rehearsal, and then the same weeks with a pass at every instant at which something is due."""
    policy, days, before, happenings = LIVES[name]
    company(akkoord, slapd, policy)
    start = seconds(MONDAY) + 1800
    akkoord.run("import", INVOICES, now=stamp(start))
    labels = [f"{row['supplier']}/{row['number']}" for row in akkoord.records("list", now=stamp(start))]
    happenings = [words_of(labels, happening) for happening in happenings]
    if before:
        until = start + before * 86400
        live(akkoord, start, until, [happening for happening in happenings if seconds(happening[0]) <= until])
        start = until + 1
        happenings = [happening for happening in happenings if seconds(happening[0]) > until]
    decisions = [{"at": at, "invoice": words[1], "as": words[3], "decision": words[0]} for at, words in happenings]
    file = write(akkoord, "decide.jsonl", decisions)
    foretold = foretold_as_happened(akkoord.records("simulate", "--days", days, "--decide", file, now=stamp(start)))
    live(akkoord, start, start + days * 86400, happenings)
    happened = Happened(akkoord).since(stamp(start))
    assert foretold[0], "nothing was foretold"
    for was_foretold, has_happened in zip(foretold, happened):
        only_foretold = sorted(set(was_foretold) - set(has_happened))
        only_happened = sorted(set(has_happened) - set(was_foretold))
        assert not only_foretold and not only_happened, "\n".join(["foretold and did not happen:", *map(str, only_foretold), "happened and was not foretold:",
                                                                    *map(str, only_happened)])
        assert was_foretold == has_happened
