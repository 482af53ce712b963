"""Trials: who is not on mail.allow_list gets nothing, nothing of it is lost, and whatever is wrong with the list, nobody gets anything."""
import pytest

from akkoord import EX_CONFIG, EX_UNAVAILABLE
from company import found
from scene import FIRST, events, kind_of, take, to_whom, whole

NUDGE, SLOT, FRIDAY, WEEK = "2026-12-02T08:00:00Z", "2026-12-02T13:00:00Z", "2026-12-04T13:00:00Z", "2026-12-08T08:00:00Z"
OTHERS = "# who takes part\njan@voorbeeld.example\n"


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST)
    trial(akkoord, 'allow_list = "allowed";')
    return akkoord


def trial(akkoord, settings):
    text = akkoord.config.read_text(encoding="utf-8")
    akkoord.configure(text.replace("mail = {", f"mail = {{ {settings}", 1))


def allow(akkoord, text):
    (akkoord.folder / "allowed").write_text(text, encoding="utf-8")


def sent(smtp):
    return [(kind_of(message), to_whom(message)) for message in smtp.messages()]


def states(akkoord, invoice, now):
    return [(message["kind"], message["state"]) for message in whole(akkoord, invoice, now)["messages"]]


def findings(akkoord, code, now=NUDGE):
    return {record["setting"]: record for record in akkoord.records("check", now=now, code=code) if str(record.get("setting")).startswith("mail.")}


def test_held_back_and_let_go(company, smtp):
    """Over a whole ladder: what comes once the list is longer is one mail that is true, and the escalation has waited for it."""
    allow(company, OTHERS)
    invoices = [take(company, number=number)[1] for number in ("A-1", "A-2")]
    [said] = company.records("tick", now=FIRST)
    assert (said["accepted"], said["withheld"]) == (0, 2)
    assert "1 held back" in company.run("tick", now=NUDGE).out
    for now in (SLOT, FRIDAY, WEEK):
        company.run("tick", now=now)
    assert sent(smtp) == [], "nor does anybody else hear of it before they do"
    assert {state for _, state in states(company, invoices[0], WEEK)} == {"withheld"}
    assert sorted(row["number"] for row in company.records("list", "--withheld", now=WEEK)) == ["A-1", "A-2"] and "mail.allow_list" in company.run("explain", invoices[0], now=WEEK).out
    assert "messages to others are held back" in findings(company, code=None)["mail.allow_list"]["wanted"]
    allow(company, OTHERS + "@voorbeeld.example\n")
    company.run("tick", now=WEEK)
    assert sent(smtp) == [("mail", "lucia")], "one mail, and no entry for a day that is past"
    [mail] = smtp.messages()
    assert "A-1" in mail.part("text/plain") and "A-2" in mail.part("text/plain")
    assert company.records("list", "--withheld", now=WEEK) == []
    for now in ("2026-12-08T13:00:00Z", "2026-12-09T08:00:00Z"):
        company.run("tick", now=now)
    assert {name for _, name in sent(smtp)} > {"lucia"}, "now that she was warned it goes on"
    assert company.records("audit", "replay")[0]["ok"] and company.records("audit", "verify")[0]["ok"]


def test_the_entry_comes_too(company, smtp):
    allow(company, OTHERS)
    take(company)
    company.run("tick", now=FIRST)
    allow(company, OTHERS + "LUCIA@voorbeeld.example")
    company.run("tick", now="2026-12-01T09:00:00Z")
    company.run("tick", now="2026-12-01T13:00:00Z")
    assert sorted(sent(smtp)) == [("REQUEST", "lucia"), ("mail", "lucia")]
    allow(company, OTHERS)
    company.run("tick", now=NUDGE)
    assert len(sent(smtp)) == 2, "off the list again"


def test_decided_meanwhile(company, smtp):
    allow(company, OTHERS)
    invoice = take(company)[1]
    company.run("tick", now=FIRST)
    company.run("approve", invoice, "--as", "lucia", now=NUDGE)
    allow(company, "@voorbeeld.example")
    company.run("tick", now=SLOT)
    assert sent(smtp) == [] and {state for _, state in states(company, invoice, SLOT)} == {"withdrawn"}


def test_no_list_any_more(company, smtp):
    allow(company, OTHERS)
    take(company)
    company.run("tick", now=FIRST)
    company.configure(company.config.read_text(encoding="utf-8").replace('allow_list = "allowed";', ""))
    company.run("tick", now=NUDGE)
    assert ("mail", "lucia") in sent(smtp) and sent(smtp).count(("mail", "lucia")) == 1
    assert findings(company, code=None) == {}


@pytest.mark.parametrize("text", [None, "", "# nobody\n", "lucia@voorbeeld.example\nlucia\n"])
def test_fails_closed(company, smtp, text):
    if text is not None:
        allow(company, text)
    take(company)
    done = company.run("tick", now=FIRST, code=EX_UNAVAILABLE)
    assert "nothing is sent: mail: allow_list" in done.err
    assert sent(smtp) == [] and events(company, "message.sending") == [] and len(events(company, "message.queued")) == 2
    assert findings(company, code=EX_CONFIG)["mail.allow_list"]["severity"] == "error"
    allow(company, "@voorbeeld.example")
    company.run("tick", now=FIRST)
    assert sorted(sent(smtp)) == [("REQUEST", "lucia"), ("mail", "lucia")]


def test_redirected_mail_passes_by_where_it_goes(company, smtp):
    """And what is wrong with that address stops all of it."""
    trial(company, 'redirect_all_to = "trial@voorbeeld.example";')
    allow(company, "lucia@voorbeeld.example")
    take(company)
    company.run("tick", now=FIRST)
    assert sent(smtp) == [] and findings(company, code=EX_CONFIG)["mail.redirect_all_to"]["severity"] == "error"
    allow(company, "trial@voorbeeld.example")
    company.run("tick", now="2026-12-01T13:00:00Z")
    assert {to_whom(message) for message in smtp.messages()} == {"trial"} and len(smtp.messages()) == 2
    assert {message.message["X-Akkoord-Redirected-From"] for message in smtp.messages()} == {"lucia@voorbeeld.example"}
    assert "every mail goes to this address" in findings(company, code=None)["mail.redirect_all_to"]["wanted"]
    for wrong in ("trial", "trial@voorbeeld.example, lucia@voorbeeld.example", "trial@"):
        text = company.config.read_text(encoding="utf-8")
        company.configure(text.replace('redirect_all_to = "trial@voorbeeld.example"', f'redirect_all_to = "{wrong}"'))
        take_none = company.run("tick", now=NUDGE, code=EX_CONFIG)
        assert "redirect_all_to" in take_none.err and len(smtp.messages()) == 2
        company.configure(text)
