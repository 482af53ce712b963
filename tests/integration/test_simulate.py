"""`akkoord simulate`: DESIGN.md's worked table end to end, a company in two files, what is wrong with files; from a store, of which not a byte changes; what another
policy changes; and that what was foretold is what then happens, reminder by reminder."""
import hashlib
import json
import os
import resource
import subprocess

import pytest

from akkoord import EX_CONFIG, EX_DATAERR, EX_NOINPUT, EX_USAGE, PROGRAM
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
    assert "7 mails, to 2 people." in out
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
