"""What the directory said is kept: it is not asked again soon, serves while it does not answer, and nobody who decides or gets a mail waits for it. A pass asks all it needs together."""
import re

import pytest

from akkoord import EX_CONFIG, EX_NOPERM, EX_UNAVAILABLE
from company import USUAL_CACHE, found
from peer import Peer, mute
from scene import FIRST, approvals, events, notices, store, take, to_whom, whole, write_invoice
from slapd import Slapd

SUFFIX = "dc=voorbeeld,dc=example"
HALF_AN_HOUR_LATER, AN_HOUR_LATER, NEXT_DAY = "2026-12-01T08:30:00Z", "2026-12-01T09:00:00Z", "2026-12-02T08:00:00Z"


@pytest.fixture
def company(akkoord, smtp, own_server):
    """Its directory's answers are kept as usual."""
    found(akkoord, own_server, smtp.url, FIRST, cache=USUAL_CACHE)
    return akkoord


def say(company, *pairs):
    text = company.config.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    company.configure(text)


def head_of(server, centre, uid):
    server.modify(f"dn: ou={centre},ou=cost centres,{SUFFIX}\nchangetype: modify\nreplace: manager\nmanager: uid={uid},ou=people,{SUFFIX}\n")


def asked(company, **invoice):
    """Who is asked for a new invoice, in a pass at `now`."""
    now = invoice.pop("now")
    _, reference = take(company, now=now, **invoice)
    company.run("tick", now=now, code=None)
    return [approval["approver"] for approval in approvals(whole(company, reference, now))]


def resolved(company):
    return [event["data"] for event in events(company, "approver.resolved")]


def test_fresh(company, own_server):
    """Within the hour it is not asked again, also by another process."""
    assert asked(company, now=FIRST, number="A-1", cost_centre="IT-200") == ["mark"]
    head_of(own_server, "IT-200", "priya")
    assert asked(company, now=HALF_AN_HOUR_LATER, number="A-2", cost_centre="IT-200") == ["mark"]
    assert asked(company, now=AN_HOUR_LATER, number="A-3", cost_centre="IT-200") == ["priya"]
    ages = [(data["as_of"], data.get("stale", False)) for data in resolved(company)]
    assert ages == [(FIRST, False), (FIRST, False), (AN_HOUR_LATER, False)]


def test_who_asks_anew(company, own_server):
    assert asked(company, now=FIRST, cost_centre="IT-200") == ["mark"]
    head_of(own_server, "IT-200", "priya")
    [(_, reference)] = [take(company, now=FIRST, number="A-2", cost_centre="IT-200")]
    [person] = company.who("lookup(budget_holder)", "--invoice", reference, now=HALF_AN_HOUR_LATER)
    assert person["uid"] == "priya"


def test_an_admin_is_one_now(company, own_server):
    """Who acts as finance is asked for at that moment: no earlier answer serves, and none of before where it does not say."""
    _, reference = take(company)
    company.run("tick", now=FIRST)
    company.run("hold", reference, "--until", "2026-12-04", "--as", "femke", "--reason", "x", now=FIRST)
    own_server.modify(f"dn: cn=finance-admins,ou=groups,{SUFFIX}\nchangetype: modify\nreplace: member\nmember: uid=david,ou=people,{SUFFIX}\n")
    company.run("release", reference, "--as", "femke", "--reason", "x", now=HALF_AN_HOUR_LATER, code=EX_NOPERM)
    own_server.stop()
    company.run("release", reference, "--as", "david", "--reason", "x", now=HALF_AN_HOUR_LATER, code=EX_UNAVAILABLE)


def test_stale_leaves_nobody_stuck(company, own_server):
    """The head of a cost centre had no address when it was asked. That the directory does not answer now is no reason to say of another invoice that nobody can be asked."""
    own_server.modify(f"dn: uid=mark,ou=people,{SUFFIX}\nchangetype: modify\ndelete: mail\n")
    assert asked(company, now=FIRST, number="A-1", cost_centre="IT-200") == []
    assert len(events(company, "invoice.stuck")) == 1
    own_server.stop()
    assert asked(company, now=NEXT_DAY, number="A-2", cost_centre="IT-200") == []
    assert asked(company, now=NEXT_DAY, number="A-3", cost_centre="MKT-200") == []
    assert len(events(company, "invoice.stuck")) == 1
    own_server.start()
    head_of(own_server, "IT-200", "priya")
    company.run("tick", now="2026-12-02T09:00:00Z")
    opened = [approvals(whole(company, row["invoice"], NEXT_DAY)) for row in company.records("list", "--all", now=NEXT_DAY)]
    assert [len(some) for some in opened] == [1, 1, 1] and len(events(company, "invoice.stuck")) == 1


def test_evidence_of_a_decision(company, own_server):
    """The authority as the directory said last, and when it did, though the record of the person is older."""
    _, reference = take(company, cost_centre="IT-200")
    company.run("tick", now=FIRST)
    own_server.modify(f"dn: uid=mark,ou=people,{SUFFIX}\nchangetype: modify\nreplace: employeeType\nemployeeType: 7000.00 EUR\n")
    company.run("tick", now=NEXT_DAY)
    own_server.stop()
    company.run("approve", reference, "--as", "mark", now="2026-12-02T10:00:00Z")
    [decision] = events(company, "decision.recorded")
    assert (decision["side"]["authority"], decision["data"]["authority_as_of"]) == ("7000.00 EUR", NEXT_DAY)


def wrong_password(company):
    (company.folder / "ldap.secret").write_text("another", encoding="ascii")


def wrong_base(company):
    say(company, (f'base = "{SUFFIX}"', 'base = "dc=nowhere"'), (f'base = "ou=cost centres,{SUFFIX}"', 'base = "dc=nowhere"'), (f'base = "ou=groups,{SUFFIX}"', 'base = "dc=nowhere"'))


@pytest.mark.parametrize("spoil, told", [(wrong_password, ["femke"]), (wrong_base, []), (lambda company: say(company, ('"entryUUID"', '"objectGUID"')), [])], ids=["password", "base", "id"])
def test_what_refuses_us_is_an_outage_too(company, smtp, spoil, told):
    """It goes unnoticed by nobody that all waits. (Who the admins are was never answered with other settings.)"""
    take(company, cost_centre="IT-200")
    company.run("tick", now=FIRST)
    spoil(company)
    _, late = take(company, now=NEXT_DAY, number="A-2", cost_centre="IT-100")
    company.run("tick", now=NEXT_DAY, code=EX_UNAVAILABLE)
    [silent] = events(company, "directory.silent")
    assert silent["data"]["since"] == FIRST and [to_whom(message) for message in notices(company, smtp)] == told
    explained = company.run("explain", late, now=NEXT_DAY).out
    assert "The directory has not answered since Tue 2026-12-01 09:00" in explained and "waits until it answers" in explained
    assert approvals(whole(company, late, NEXT_DAY)) == [] and company.records("list", "--stuck", now=NEXT_DAY) == []
    company.run("who", "user(mark)", now=NEXT_DAY, code=EX_CONFIG if spoil.__name__ == "<lambda>" else EX_UNAVAILABLE)


def test_who_waits_is_said(company, own_server):
    """What waits and why, once, the first by name, in words for people; a pass that needs nothing of the directory says that it lasts."""
    for number in ("A-3", "A-1", "A-7", "A-5", "A-2", "A-6", "A-4"):
        take(company, number=number, cost_centre="IT-200")
    own_server.stop()
    said = company.run("tick", now=FIRST, code=EX_UNAVAILABLE).err
    [line] = [line for line in said.splitlines() if "A-1" in line]
    assert line.startswith("akkoord tick: directory: lookup budget_holder: ") and line.endswith(": " + ", ".join(f"invoice Drukkerij Vos/A-{i}" for i in range(1, 6)) + " and 2 more wait"), said
    for text in ("WARNING", "entryUUID"):
        assert text not in said
    assert "until Tue 2026-12-01 09:05" in company.run("tick", now="2026-12-01T08:01:00Z", code=EX_UNAVAILABLE).err
    own_server.start()
    assert company.run("tick", now="2026-12-01T08:05:00Z").err == ""
    assert company.run("tick", now="2026-12-01T08:06:00Z").err == ""


def test_names_stand_in_no_key(company):
    take(company, cost_centre="IT-200")
    company.run("tick", now=FIRST)
    with store(company) as connection:
        keys = [key for (key,) in connection.execute("SELECT question FROM directory_answer")]
    assert keys and all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)


def test_nothing_is_kept_when_it_serves_no_more(company, own_server):
    """Though nothing is open and nobody is asked for any more."""
    _, reference = take(company, cost_centre="IT-200")
    company.run("tick", now=FIRST)
    company.run("withdraw", reference, "--reason", "x", now=FIRST)
    own_server.stop()
    for now, some in (("2026-12-08T07:59:59Z", True), ("2026-12-08T08:00:00Z", False)):
        company.run("tick", now=now, code=None)
        with store(company) as connection:
            assert bool(connection.execute("SELECT answer FROM directory_answer").fetchall()) == some


def test_decisions_do_not_wait(company):
    """Not one of them so much as connects."""
    references = [take(company, number=f"A-{number}", cost_centre="IT-200")[1] for number in range(4)]
    company.run("tick", now=FIRST)
    with Peer(mute) as directory:
        say(company, (re.search(r'ldap://[^"]*', company.config.read_text(encoding="utf-8"))[0], directory.uri))
        company.run("hold", references[0], "--until", "2026-12-04", "--as", "mark", "--reason", "x", now=HALF_AN_HOUR_LATER)
        company.run("release", references[0], "--as", "mark", now=HALF_AN_HOUR_LATER)
        company.run("approve", references[0], "--as", "mark", now=HALF_AN_HOUR_LATER)
        company.run("reject", references[1], "--as", "mark", "--reason", "x", now=HALF_AN_HOUR_LATER)
        company.run("note", references[2], "--as", "mark", "--reason", "x", now=HALF_AN_HOUR_LATER)
        company.run("remind", references[2], now=HALF_AN_HOUR_LATER)
        company.run("import", write_invoice(company.folder / "other.xml", number="B-1"), now=HALF_AN_HOUR_LATER)
        assert directory.accepted == 0


@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
def test_planned_mail_does_not_wait(company, smtp, scheme):
    """What was planned before goes while a server that accepts and says nothing (in the TLS handshake too) is still waited for; then the last answers serve."""
    smtp.behave(rcpt={"mark@voorbeeld.example": "450 4.2.0 busy"}, times=1)
    take(company, cost_centre="IT-200")
    company.run("tick", now=FIRST, code=None)
    smtp.clear()
    with Peer(mute) as directory:
        uri = directory.uri.replace("ldap:", f"{scheme}:")
        say(company, (re.search(r'ldap://[^"]*', company.config.read_text(encoding="utf-8"))[0], uri), ('timeout = "5s"', 'timeout = "12s"'))
        take(company, now=NEXT_DAY, number="A-2", cost_centre="IT-100")
        company.run("tick", now=NEXT_DAY, code=EX_UNAVAILABLE)
        assert directory.accepted > 0
    order = [event["type"] for event in events(company) if event["type"] in ("message.accepted", "directory.silent") and event["at"] == NEXT_DAY]
    assert order[:2] == ["message.accepted", "directory.silent"], "what was planned is there before the directory has been given up"
    assert {to_whom(message) for message in smtp.messages()} == {"mark", "femke"}, "she hears that the directory does not answer"


def test_a_pass_asks_together(akkoord, smtp, tmp_path):
    """Two hundred cost centres, each with a question of its own: a handful of batches, in the pass that opens them and in the one that brings in the managers."""
    people = ("mark", "priya", "lucia")
    more = "".join(f"dn: ou=X-{number},ou=cost centres,{SUFFIX}\nobjectClass: organizationalUnit\nobjectClass: extensibleObject\nou: X-{number}\n"
                   f"manager: uid={people[number % 3]},ou=people,{SUFFIX}\n\n" for number in range(200))
    with Slapd(tmp_path / "many", more) as slapd:
        found(akkoord, slapd, smtp.url, FIRST, lambda policy: policy.replace('"start+1bd";    tone = "friendly";', '"start+1bd";    tone = "friendly"; cc = [ "manager(approver)" ];'))
        for number in range(200):
            write_invoice(akkoord.folder / "many-invoices" / f"{number}.xml", number=f"A-{number}", cost_centre=f"X-{number}")
        akkoord.run("import", akkoord.folder / "many-invoices", now=FIRST)
        akkoord.more_environment = {"G_MESSAGES_DEBUG": "all"}
        for now, wanted in ((FIRST, 200), (NEXT_DAY, 3)):
            said = akkoord.run("tick", now=now)
            batches = [int(count) for count in re.findall(r"the directory is asked (\d+) questions", said.out + said.err)]
            assert sum(batches) >= wanted and len(batches) <= 8, batches
    assert len(events(akkoord, "approval.opened")) == 200
    assert {to_whom(message) for message in smtp.messages()} >= set(people)
