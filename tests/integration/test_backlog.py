"""A pile of old invoices taken in at once, and reminding on demand."""
import collections

import pytest

from akkoord import EX_DATAERR, EX_NOINPUT, EX_USAGE
from company import found
from scene import FIRST, approvals, events, kind_of, take, to_whom, whole, write_invoice

NOON, NUDGE = "2026-12-01T11:00:00Z", "2026-12-02T08:00:00Z"


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST)
    return akkoord


def pile(akkoord, count):
    for number in range(count):
        due = f"2026-{11 - number % 3:02}-{1 + number % 28:02}"
        write_invoice(akkoord.folder / f"pile/{number:03}.xml", number=f"P-{number}", due=due)
    return akkoord.folder / "pile"


def test_spread_over_days_in_order_of_due_dates(company, smtp):
    records = company.records("import", "--backlog", "--over", "5", pile(company, 30), now=FIRST)
    assert [record["due_date"] for record in records] == sorted(record["due_date"] for record in records)
    opens = [record["opens"] for record in records]
    assert opens == sorted(opens) and set(collections.Counter(opens).values()) == {3}
    assert opens[0] == FIRST and opens[-1] == "2026-12-07T13:00:00Z"
    company.run("tick", now=FIRST)
    assert [kind_of(message) for message in smtp.messages()].count("mail") == 1
    rows = company.records("list", now=FIRST)
    assert len([row for row in rows if "opens" in row]) == 27 and len([row for row in rows if row["approvers"] == ["lucia"]]) == 3
    assert "(opens Mon 2026-12-07 14:00)" in company.run("list", now=FIRST).out
    company.run("policy", "apply", company.policy, now=FIRST)
    for now in ("2026-12-01T13:00:00Z", NUDGE, "2026-12-02T13:00:00Z", "2026-12-03T08:00:00Z", "2026-12-03T13:00:00Z", "2026-12-04T08:00:00Z",
                "2026-12-07T08:00:00Z", "2026-12-07T13:00:00Z"):
        company.run("tick", now=now)
    rows = company.records("list", now="2026-12-07T13:00:00Z")
    assert all("opens" not in row and row["approvers"] == ["lucia"] for row in rows)
    company.run("audit", "replay")


def test_what_is_known_takes_no_place(company):
    folder = pile(company, 4)
    company.run("import", folder / "000.xml", folder / "001.xml", now=FIRST)
    (folder / "bad.xml").write_text("<Invoice", encoding="utf-8")
    records = company.records("import", "--backlog", "--over", "1", folder, now=FIRST, code=EX_DATAERR)
    assert sorted((record["verdict"], record.get("opens", "")) for record in records) == [
        ("known", ""), ("known", ""), ("new", FIRST), ("new", "2026-12-01T13:00:00Z"), ("refused", "")]


def test_ten_days_where_nothing_is_said(company):
    records = company.records("import", "--backlog", pile(company, 20), now=FIRST)
    assert records[-1]["opens"] == "2026-12-14T13:00:00Z" and len({record["opens"] for record in records}) == 20


@pytest.mark.parametrize("options", [["--over", "5"], ["--backlog", "--over", "0"], ["--backlog", "--over", "-1"], ["--backlog", "--over", "251"],
                                     ["--backlog", "--over", "many"], ["--backlog"]])
def test_wrong_use(company, options):
    paths = [] if options == ["--backlog"] else [pile(company, 1)]
    company.run("import", *options, *paths, now=FIRST, code=EX_USAGE)
    assert company.records("list", now=FIRST) == []


# --- remind ---


@pytest.fixture
def asked(company):
    _, company.invoice = take(company)
    company.run("tick", now=FIRST)
    return company


def sent(smtp):
    return [(kind_of(message), to_whom(message)) for message in smtp.messages()]


def test_remind_on_demand(asked, smtp):
    assert asked.records("remind", asked.invoice, "--as", "femke", now=NOON) == [{"invoice": asked.invoice, "asked": 1, "waiting": 0, "first": NOON}]
    [again] = asked.records("remind", asked.invoice, now=NOON)
    assert (again["asked"], again["waiting"], again["first"]) == (0, 1, NOON)
    assert "not gone yet" in asked.run("remind", asked.invoice, now=NOON).out
    for _ in range(3):
        asked.run("tick", now=NOON)
    assert sent(smtp)[2:] == [("mail", "lucia")]
    assert asked.records("remind", asked.invoice, now="2026-12-01T12:00:00Z")[0]["asked"] == 1
    asked.run("tick", now="2026-12-01T12:00:00Z")
    manual = [reminder for reminder in approvals(whole(asked, asked.invoice, NOON))[0]["reminders"] if reminder["rung"] == "manual"]
    assert [(reminder["occurrence"], reminder["state"]) for reminder in manual] == [(0, "claimed"), (1, "claimed")]
    assert events(asked, "reminder.planned")[0]["actor"] != "system"
    asked.run("tick", now=NUDGE)
    assert len(sent(smtp)) == 5, "the ladder goes on"
    asked.run("audit", "replay")


def test_remind_at_night_waits_for_work(asked, smtp):
    [said] = asked.records("remind", asked.invoice, now="2026-12-01T22:00:00Z")
    assert said["first"] == "2026-12-02T07:00:00Z"
    asked.run("tick", now="2026-12-01T22:00:00Z")
    assert len(sent(smtp)) == 2
    asked.run("tick", now="2026-12-02T07:00:00Z")
    assert len(sent(smtp)) == 3


def test_remind_is_counted(asked, smtp):
    """max_per_day is six: the opening mail and five more."""
    for hour in range(6):
        now = f"2026-12-01T09:{10 * hour:02}:00Z"
        asked.run("remind", asked.invoice, now=now)
        asked.run("tick", now=now)
    assert [kind for kind, _ in sent(smtp)].count("mail") == 6


def test_nobody_to_remind(company):
    company.run("remind", "xyz", now=FIRST, code=EX_NOINPUT)
    _, invoice = take(company)
    assert "nobody is asked" in company.run("remind", invoice, now=FIRST, code=EX_DATAERR).err
    company.run("tick", now=FIRST)
    company.run("hold", invoice, "--until", "2026-12-03", "--reason", "x", "--as", "lucia", now=NOON)
    assert "on hold" in company.run("remind", invoice, now=NOON, code=EX_DATAERR).err
    company.run("approve", invoice, "--as", "lucia", now=NOON)
    assert "approved" in company.run("remind", invoice, now=NOON, code=EX_DATAERR).err
    company.run("remind", now=NOON, code=EX_USAGE)


def test_no_reminder_is_promised_that_does_not_come(akkoord, slapd, smtp):
    silent = 'administrations = ( { name = "Silent BV"; folder = "silent"; reminders = false; } );\n'
    found(akkoord, slapd, smtp.url, FIRST, lambda text: silent + text)
    stuck, mine = take(akkoord, number="S-1", cost_centre="IT-000")[1], take(akkoord, number="M-1", cost_centre="IT-200")[1]
    hers = take(akkoord, number="L-1")[1]
    akkoord.run("import", "--via", "silent", write_invoice(akkoord.folder / "silent.xml", number="Q-1"), now=FIRST)
    akkoord.run("tick", now=FIRST)
    akkoord.run("absence", "set", "mark", "--from", "2026-12-01", "--until", "2026-12-03", "--as", "mark", now=NOON)
    for invoice, why in ((stuck, "it is stuck"), ("Drukkerij Vos/Q-1", "administration Silent BV has reminders switched off"), (mine, "nobody is reminded: absent, or not to be reached: mark")):
        assert why in akkoord.run("remind", invoice, now=NOON, code=EX_DATAERR).err
    text = akkoord.config.read_text(encoding="utf-8")
    akkoord.config.write_text(text.replace("mail = {", 'mail = { allow_list = "allowed"; ', 1), encoding="utf-8")
    (akkoord.folder / "allowed").write_text("femke@voorbeeld.example\n", encoding="ascii")
    assert "Held back by mail.allow_list: 1" in akkoord.run("remind", hers, now=NOON).out
    assert {reminder["rung"] for reminder in approvals(whole(akkoord, mine, NOON))[0]["reminders"]} == {"opened"}


def test_remind_while_paused(asked, smtp):
    asked.run("pause", "--reason", "x", now=NOON)
    assert asked.records("remind", asked.invoice, now=NOON)[0]["paused"] is True
    asked.run("tick", now=NOON)
    assert len(sent(smtp)) == 2
    asked.run("resume", now=NOON)
    asked.run("tick", now=NOON)
    assert len(sent(smtp)) == 3
