"""Handing on: who may, to whom, what becomes of it; and what is said of an invoice beside deciding it."""
import re

import pytest

from akkoord import EX_DATAERR, EX_NOINPUT, EX_NOPERM, EX_UNAVAILABLE, EX_USAGE
from company import found
from scene import FIRST, approvals, events, kind_of, notices, store, take, to_whom, whole

NOON, LATER, TOMORROW = "2026-12-01T10:00:00Z", "2026-12-01T13:00:00Z", "2026-12-02T08:00:00Z"
NO_FALLBACK = 'fallback = [ "group(finance)" ]; need = "any"; within = "3bd"'


def without_fallback(text):
    return text.replace(NO_FALLBACK, 'need = "any"; within = "3bd"')


def one_stage(stage, before=""):
    """The demonstration company's policy with such a stage for everything."""
    def edit(text):
        return text[:text.index("chains = (")] + f'chains = ( {{ name = "all"; stages = ( {before} {{ within = "3bd"; ladder = "standard"; {stage} }} ); }} );\n'
    return edit


@pytest.fixture
def start(akkoord, slapd, smtp):
    """Call it with an edited policy; an invoice of `changes` is asked about. Gives the program; `invoice` is its id."""
    def begin(edit=lambda text: text, **changes):
        found(akkoord, slapd, f"smtp://127.0.0.1:{smtp.port}", FIRST, edit)
        _, akkoord.invoice = take(akkoord, **changes)
        akkoord.run("tick", now=FIRST)
        return akkoord
    return begin


@pytest.fixture
def asked(start):
    """One invoice, for Lucía alone to approve."""
    return start()


def states(akkoord, now=NOON):
    """Who was asked and what became of it, in the order of opening."""
    record = whole(akkoord, akkoord.invoice, now)
    return [(approval["approver"], approval["state"]) for approval in sorted(approvals(record), key=lambda one: (one["start"], one["state"] == "pending"))]


def mails_to(smtp, uid):
    return [message for message in smtp.messages() if kind_of(message) == "mail" and to_whom(message) == uid]


# --- delegate ---


def test_handed_on_and_approved(asked, smtp):
    [said] = asked.records("delegate", asked.invoice, "--to", "julien", "--as", "lucia", "--reason", "his campaign", now=NOON)
    assert said == {"invoice": asked.invoice, "done": "delegate", "stage": "budget holder", "by": "lucia", "from": "lucia", "to": "julien", "at": NOON,
                    "already": False, "state": "open", "stuck": False}
    assert states(asked) == [("lucia", "delegated"), ("julien", "pending")]
    first, second = sorted(approvals(whole(asked, asked.invoice, NOON)), key=lambda one: one["start"])
    assert second["replaces"] == first["approval"] and first["handed_on"] == "delegate" and second["start"] == NOON and second["deadline"] > NOON
    asked.run("tick", now=LATER)
    assert len(mails_to(smtp, "julien")) == 1 and len(mails_to(smtp, "lucia")) == 1, "she did it herself: she is not told"
    assert [kind_of(message) for message in smtp.messages() if to_whom(message) == "lucia"].count("CANCEL") == 1
    asked.run("approve", asked.invoice, "--as", "lucia", now=LATER, code=EX_NOPERM)
    assert asked.records("approve", asked.invoice, "--as", "julien", now=LATER)[0]["state"] == "approved"
    assert asked.records("audit", "replay")[0]["ok"]


def test_evidence_is_kept(asked):
    asked.run("delegate", asked.invoice, "--to", "julien", "--as", "lucia", "--reason", "his\ncampaign", now=NOON)
    [event] = events(asked, "approval.delegated")
    data, side = event["data"], event["side"]
    assert data["why"] == "delegate" and data["channel"] == data["assurance"] == "cli" and "for" not in data and data["to"]
    assert side["reason"] == "his campaign" and side["name"] == "Lucía García" and side["agent"] and side["authority"] == "10000.00 EUR"
    exported = asked.run("audit", "export").out
    assert not any(personal in exported for personal in ("Lucía", "lucia", "campaign", "julien"))


def test_the_same_again(asked):
    words = ("delegate", asked.invoice, "--to", "julien", "--as", "lucia")
    asked.run(*words, now=NOON)
    [again] = asked.records(*words, now=LATER)
    assert again["already"] and again["at"] == NOON and again["to"] == "julien"
    asked.run("approve", asked.invoice, "--as", "julien", now=LATER)
    assert asked.records(*words, now=TOMORROW)[0]["already"]
    assert len(events(asked, "approval.delegated")) == 1


@pytest.mark.parametrize("to, code, said", [
    ("nobody", EX_NOINPUT, "nobody"),
    ("nobody@voorbeeld.example", EX_NOINPUT, "nobody"),
    ("joost", EX_NOPERM, "disabled"),
    ("lucia", EX_NOPERM, "held"),
    ("femke", EX_NOPERM, "authority"),
    ("", EX_USAGE, "--to"),
])
def test_to_whom_it_cannot_go(start, to, code, said):
    company = start(gross="2000.00")
    result = company.run("delegate", company.invoice, "--to", to, "--as", "lucia", now=NOON, code=code)
    assert said in result.err and states(company) == [("lucia", "pending")] and not events(company, "approval.delegated")


def test_to_an_address(asked):
    asked.run("delegate", asked.invoice, "--to", "Julien@voorbeeld.example", "--as", "lucia@voorbeeld.example", now=NOON)
    assert states(asked) == [("lucia", "delegated"), ("julien", "pending")]


def test_not_by_who_is_not_asked(asked):
    take(asked, NOON, number="for-priya", cost_centre="IT-100")
    asked.run("tick", now=NOON)
    refused = asked.run("delegate", asked.invoice, "--to", "julien", "--as", "priya", now=NOON, code=EX_NOPERM)
    assert "priya" in refused.err and "lucia" in refused.err
    asked.run("delegate", asked.invoice, "--to", "julien", "--as", "karim", now=NOON, code=EX_NOINPUT)
    asked.run("delegate", "Drukkerij Vos/A-2", "--to", "julien", "--as", "lucia", now=NOON, code=EX_NOINPUT)
    asked.run("delegate", "--to", "julien", "--as", "lucia", now=NOON, code=EX_USAGE)


def test_never_back(asked):
    asked.run("delegate", asked.invoice, "--to", "julien", "--as", "lucia", now=NOON)
    refused = asked.run("delegate", asked.invoice, "--to", "lucia", "--as", "julien", now=LATER, code=EX_NOPERM)
    assert "held" in refused.err
    asked.run("delegate", asked.invoice, "--to", "mark", "--as", "julien", now=LATER)
    for to in ("lucia", "julien"):
        asked.run("delegate", asked.invoice, "--to", to, "--as", "mark", now=LATER, code=EX_NOPERM)
    assert asked.records("approve", asked.invoice, "--as", "mark", now=LATER)[0]["state"] == "approved"


def test_closed_is_closed(asked):
    asked.run("approve", asked.invoice, "--as", "lucia", now=NOON)
    for words in (("delegate", asked.invoice, "--to", "julien", "--as", "lucia"), ("not-mine", asked.invoice, "--as", "lucia"),
                  ("restart", asked.invoice, "--reason", "no")):
        assert "approved" in asked.run(*words, now=LATER, code=EX_DATAERR).err


def test_directory_down(asked):
    """Who may do nothing hears so; nobody is given anything that could not be checked; handing back needs no directory."""
    settings = re.sub(r"ldap://127.0.0.1:\d+", "ldap://127.0.0.1:1", asked.config.read_text(encoding="utf-8"))
    asked.config.write_text(settings, encoding="utf-8")
    asked.run("delegate", asked.invoice, "--to", "julien", "--as", "karim", now=NOON, code=EX_NOINPUT)
    asked.run("delegate", asked.invoice, "--to", "julien", "--as", "lucia", now=NOON, code=EX_UNAVAILABLE)
    asked.run("delegate", asked.invoice, "--to", "julien", "--as", "femke", "--for", "lucia", "--reason", "ill", now=NOON, code=EX_UNAVAILABLE)
    asked.run("note", asked.invoice, "--as", "femke", "--text", "who?", now=NOON, code=EX_UNAVAILABLE)
    assert states(asked) == [("lucia", "pending")]
    asked.run("note", asked.invoice, "--as", "lucia", "--text", "later", now=NOON)
    asked.run("not-mine", asked.invoice, "--as", "lucia", now=NOON)
    assert states(asked) == [("lucia", "delegated")]


def test_who_approved_before_cannot_take_it_over(start):
    company = start(one_stage('name = "budget holder"; approvers = [ "user(lucia)" ]; need = "any"; distinct = true;',
                              '{ name = "first"; approvers = [ "user(mark)" ]; need = "any"; within = "3bd"; ladder = "standard"; },'))
    company.run("approve", company.invoice, "--as", "mark", now=NOON)
    company.run("tick", now=NOON)
    refused = company.run("delegate", company.invoice, "--to", "mark", "--as", "lucia", now=LATER, code=EX_NOPERM)
    assert "earlier stage" in refused.err


# --- by finance ---


def test_by_an_admin_for_somebody(asked, smtp):
    words = ("delegate", asked.invoice, "--to", "julien", "--as", "femke", "--for", "lucia")
    assert "--reason" in asked.run(*words, now=NOON, code=EX_USAGE).err
    assert "admin" in asked.run(*words[:4], "--as", "david", "--for", "lucia", "--reason", "ill", now=NOON, code=EX_NOPERM).err
    [said] = asked.records(*words, "--reason", "ill", now=NOON)
    assert (said["by"], said["from"], said["to"]) == ("femke", "lucia", "julien")
    [again] = asked.records(*words, "--reason", "ill", now=LATER)
    assert again["already"] and again["at"] == NOON and (again["by"], again["from"], again["to"]) == ("femke", "lucia", "julien")
    [event] = events(asked, "approval.delegated")
    assert event["data"]["for"] and event["side"]["name"] == "Femke Visser"
    asked.run("tick", now=LATER)
    told = mails_to(smtp, "lucia")
    assert len(told) == 2 and "Julien Moreau" in told[1].message.get_body(("plain",)).get_content()
    assert told[1].message["In-Reply-To"] == told[0].message["Message-ID"] and told[1].message["Subject"] == "Re: " + told[0].message["Subject"]
    asked.run("tick", now=TOMORROW)
    assert len(mails_to(smtp, "lucia")) == 2, "once"
    assert asked.records("audit", "replay")[0]["ok"]


def test_news_waits_for_working_time(asked, smtp):
    evening = "2026-12-01T19:00:00Z"
    asked.run("delegate", asked.invoice, "--to", "julien", "--as", "femke", "--for", "lucia", "--reason", "ill", now=evening)
    asked.run("tick", now=evening)
    assert len(mails_to(smtp, "lucia")) == 1
    asked.run("approve", asked.invoice, "--as", "julien", now=evening)
    asked.run("tick", now=TOMORROW)
    assert len(mails_to(smtp, "lucia")) == 2, "what becomes of it since does not take the news back"


def test_who_never_heard_of_it_is_not_told(start, smtp):
    company = start()
    _, other = take(company, NOON, number="A-2")
    company.run("tick", now="2026-12-01T19:00:00Z")
    company.run("delegate", other, "--to", "julien", "--as", "femke", "--for", "lucia", "--reason", "ill", now="2026-12-01T19:00:00Z")
    company.run("tick", now=TOMORROW)
    assert not any("A-2" in message.message.as_string() for message in mails_to(smtp, "lucia"))


# --- not mine ---


def test_not_mine_and_stuck(start, smtp):
    company = start(without_fallback)
    [said] = company.records("not-mine", company.invoice, "--as", "lucia", "--reason", "not my budget", now=NOON)
    assert (said["done"], said["by"], said["stuck"], said["state"]) == ("not-mine", "lucia", True, "open") and "to" not in said
    company.run("tick", now=LATER)
    record = whole(company, company.invoice, LATER)
    assert record["stuck"] == "not-mine" and record["approvers"] == [] and record["decisions"] == []
    [notice] = notices(company, smtp)
    assert to_whom(notice) == "femke" and "akkoord delegate" in notice.message.get_body(("plain",)).get_content()
    assert company.records("not-mine", company.invoice, "--as", "lucia", now=LATER)[0]["already"]
    company.run("approve", company.invoice, "--as", "lucia", now=LATER, code=EX_NOPERM)
    said = company.run("explain", company.invoice, now=LATER).out
    assert "not my budget" in said and "gave it back" in said
    assert "handed it back, and too few others are asked" in said and "akkoord delegate INVOICE --to UID" in said
    # finance answers
    refused = company.run("delegate", company.invoice, "--to", "lucia", "--as", "femke", "--reason", "it is", now=LATER, code=EX_NOPERM)
    assert "held" in refused.err
    company.run("delegate", company.invoice, "--to", "julien", "--as", "femke", now=LATER, code=EX_USAGE)
    company.run("delegate", company.invoice, "--to", "julien", "--as", "lucia", "--reason", "x", now=LATER, code=EX_NOPERM)
    [given] = company.records("delegate", company.invoice, "--to", "julien", "--as", "femke", "--reason", "his", now=LATER)
    assert given["stuck"] is False and given["to"] == "julien" and not given["already"]
    assert company.records("delegate", company.invoice, "--to", "julien", "--as", "femke", "--reason", "his", now=TOMORROW)[0]["already"]
    assert "stuck" not in whole(company, company.invoice, LATER)
    assert company.records("approve", company.invoice, "--as", "julien", now=LATER)[0]["state"] == "approved"
    assert company.records("audit", "replay")[0]["ok"] and company.records("audit", "verify")[0]["ok"]


def test_finance_names_whose_it_was(start):
    company = start(without_fallback)
    company.run("not-mine", company.invoice, "--as", "lucia", now=NOON)
    company.run("delegate", company.invoice, "--to", "julien", "--as", "femke", "--for", "mark", "--reason", "his", now=NOON, code=EX_NOINPUT)
    company.run("delegate", company.invoice, "--to", "julien", "--as", "femke", "--for", "lucia", "--reason", "his", now=NOON)
    assert states(company) == [("lucia", "delegated"), ("julien", "pending")]


def test_not_mine_asks_the_fallback(asked, smtp):
    asked.run("not-mine", asked.invoice, "--as", "lucia", now=NOON)
    asked.run("tick", now=LATER)
    record = whole(asked, asked.invoice, LATER)
    assert sorted(record["approvers"]) == ["david", "femke"] and "stuck" not in record
    assert notices(asked, smtp) == [] and len(mails_to(smtp, "david")) == 1
    assert asked.records("approve", asked.invoice, "--as", "david", now=LATER)[0]["state"] == "approved"


def test_not_mine_where_others_are_enough(start):
    company = start(one_stage('name = "board"; approvers = [ "user(lucia)", "user(julien)" ]; need = "any";'))
    assert company.records("not-mine", company.invoice, "--as", "lucia", now=NOON)[0]["stuck"] is False
    assert "stuck" not in whole(company, company.invoice, NOON)
    assert company.records("approve", company.invoice, "--as", "julien", now=NOON)[0]["state"] == "approved"


def test_all_means_all_that_it_opened_with(start):
    """Nobody shrinks `need = "all"` by handing back."""
    company = start(one_stage('name = "board"; approvers = [ "user(lucia)", "user(julien)" ]; need = "all";'))
    assert company.records("not-mine", company.invoice, "--as", "lucia", now=NOON)[0]["stuck"] is True
    [said] = company.records("approve", company.invoice, "--as", "julien", now=NOON)
    assert said["state"] == "open"
    company.run("delegate", company.invoice, "--to", "mark", "--as", "femke", "--reason", "instead", now=NOON)
    assert company.records("approve", company.invoice, "--as", "mark", now=NOON)[0]["state"] == "approved"


def test_all_with_one_delegated(start):
    company = start(one_stage('name = "board"; approvers = [ "user(lucia)", "user(julien)" ]; need = "all";'))
    company.run("delegate", company.invoice, "--to", "julien", "--as", "lucia", now=NOON, code=EX_NOPERM)
    company.run("delegate", company.invoice, "--to", "mark", "--as", "lucia", now=NOON)
    assert company.records("approve", company.invoice, "--as", "mark", now=NOON)[0]["state"] == "open"
    assert company.records("approve", company.invoice, "--as", "julien", now=NOON)[0]["state"] == "approved"


# --- restart, note, booked ---


def test_restart(asked, smtp):
    assert "--reason" in asked.run("restart", asked.invoice, "--as", "femke", now=NOON, code=EX_USAGE).err
    [said] = asked.records("restart", asked.invoice, "--as", "femke", "--reason", "wrong chain", now=NOON)
    assert (said["by"], said["already"], said["state"]) == ("femke", False, "open")
    assert states(asked) == [("lucia", "lapsed")]
    assert asked.records("restart", asked.invoice, "--as", "femke", "--reason", "wrong chain", now=LATER)[0]["already"]
    asked.run("tick", now=LATER)
    assert states(asked, LATER) == [("lucia", "lapsed"), ("lucia", "pending")]
    assert "wrong chain" in asked.run("explain", asked.invoice, now=LATER).out
    assert asked.records("approve", asked.invoice, "--as", "lucia", now=LATER)[0]["state"] == "approved"
    asked.run("restart", asked.invoice, "--as", "nobody", "--reason", "x", now=LATER, code=EX_NOINPUT)
    assert asked.records("audit", "replay")[0]["ok"]


def test_restart_forgets_what_was_approved(start):
    company = start(cost_centre="IT-100", gross="900.00")
    company.run("approve", company.invoice, "--as", "priya", now=NOON)
    company.run("restart", company.invoice, "--reason", "again", now=NOON)
    company.run("tick", now=LATER)
    record = whole(company, company.invoice, LATER)
    assert record["stage"] == "budget holder" and record["approvers"] == ["priya"]
    company.run("approve", company.invoice, "--as", "sanne", now=LATER, code=EX_NOINPUT)


def test_restarted_and_stuck_begins_at_the_first_stage(start, slapd):
    """An invoice that was at its second stage, starts anew and finds nobody, tries the first again, not the second."""
    company = start(lambda text: text.replace('approvers = [ "lookup(budget_holder)" ]; need = "any"; within = "3bd"; before = [ "due-3bd" ]',
                                              'approvers = [ "user(mark)" ]; need = "any"; within = "3bd"'), cost_centre="IT-100", gross="900.00")
    company.run("approve", company.invoice, "--as", "mark", now=NOON)
    company.run("tick", now=NOON)
    assert whole(company, company.invoice, NOON)["stage"] == "controller"
    policy = company.policy.read_text(encoding="utf-8")
    company.policy.write_text(policy.replace("user(mark)", "user(joost)"), encoding="utf-8")
    company.run("policy", "apply", company.policy, "--yes", now=LATER)
    company.run("restart", company.invoice, "--reason", "again", now=LATER)
    for now in (LATER, TOMORROW):
        company.run("tick", now=now)
        record = whole(company, company.invoice, now)
        assert record["stuck"] == "nobody" and record["next_stage"] == "budget holder", now


def test_notes(asked):
    [said] = asked.records("note", asked.invoice, "--as", "lucia", "--text", "asked\nthe supplier", now=NOON)
    assert said["by"] == "lucia" and not said["already"]
    assert asked.records("note", asked.invoice, "--as", "lucia", "--reason", "asked the supplier", now=LATER)[0]["already"]
    asked.run("note", asked.invoice, "--as", "femke", "--text", "asked the supplier", now=LATER)
    record = whole(asked, asked.invoice, LATER)
    assert [(note["person"], note["text"], note["at"]) for note in record["notes"]] == [
        ("lucia", "asked the supplier", NOON), ("femke", "asked the supplier", LATER)]
    asked.run("approve", asked.invoice, "--as", "lucia", now=LATER)
    asked.run("note", asked.invoice, "--text", "paid", now=TOMORROW)
    assert "paid" in asked.run("show", asked.invoice, now=TOMORROW).out and "paid" in asked.run("explain", asked.invoice, now=TOMORROW).out
    asked.run("note", asked.invoice, "--as", "lucia", now=TOMORROW, code=EX_USAGE)
    asked.run("note", asked.invoice, "--as", "nobody", "--text", "x", now=TOMORROW, code=EX_NOINPUT)
    exported = asked.run("audit", "export").out
    assert "supplier\"" not in exported and "asked the supplier" not in exported
    assert asked.records("audit", "replay")[0]["ok"]


BOOKED = ('name = "confirmation"; approvers = [ "user(julien)" ]; need = "any"; opens = "booked";',
          '{ name = "authorisation"; approvers = [ "user(lucia)" ]; need = "any"; within = "3bd"; ladder = "standard"; },')


def test_waits_until_booked(start):
    company = start(one_stage(*BOOKED))
    company.run("approve", company.invoice, "--as", "lucia", now=NOON)
    company.run("tick", now=NOON)
    record = whole(company, company.invoice, NOON)
    assert record["waits_until"] == "booked" and record["next_stage"] == "confirmation" and record["approvers"] == []
    assert "waits until booked" in company.run("list", now=NOON).out
    assert "until booked" in company.run("show", company.invoice, now=NOON).out
    company.run("tick", now=LATER)
    assert len(events(company, "invoice.waits")) == 1
    [said] = company.records("booked", company.invoice, "--as", "femke", now=LATER)
    assert said["by"] == "femke" and not said["already"]
    assert company.records("booked", company.invoice, now=LATER)[0]["already"]
    company.run("tick", now=LATER)
    record = whole(company, company.invoice, LATER)
    assert record["approvers"] == ["julien"] and "waits_until" not in record and record["booked"] == LATER
    assert company.records("approve", company.invoice, "--as", "julien", now=LATER)[0]["state"] == "approved"
    assert company.records("audit", "replay")[0]["ok"]


def test_booked_before_its_turn(start):
    company = start(one_stage(*BOOKED))
    company.run("booked", company.invoice, now=FIRST)
    company.run("approve", company.invoice, "--as", "lucia", now=NOON)
    company.run("tick", now=NOON)
    assert whole(company, company.invoice, NOON)["approvers"] == ["julien"] and not events(company, "invoice.waits")


def test_booked_of_what_was_rejected(asked):
    asked.run("reject", asked.invoice, "--as", "lucia", "--reason", "no", now=NOON)
    assert "rejected" in asked.run("booked", asked.invoice, now=NOON, code=EX_DATAERR).err


# --- back one stage ---


def test_rejected_goes_back_one_stage(start, smtp):
    company = start(lambda text: text.replace('distinct = true; }', 'distinct = true; on_reject = "previous"; }'), cost_centre="IT-100", gross="900.00")
    company.run("approve", company.invoice, "--as", "priya", now=NOON)
    company.run("tick", now=NOON)
    [said] = company.records("reject", company.invoice, "--as", "sanne", "--reason", "the wrong cost centre", now=LATER)
    assert said["state"] == "open"
    assert company.records("reject", company.invoice, "--as", "sanne", "--reason", "the wrong cost centre", now=LATER)[0]["already"]
    company.run("tick", now=TOMORROW)
    record = whole(company, company.invoice, TOMORROW)
    assert record["stage"] == "budget holder" and record["approvers"] == ["priya"], "what she approved before counts no more"
    told = mails_to(smtp, "priya")[-1].message.get_body(("plain",)).get_content()
    assert "the wrong cost centre" in told and "Sanne Jansen" in told
    company.run("approve", company.invoice, "--as", "sanne", now=TOMORROW, code=EX_NOPERM)
    company.run("approve", company.invoice, "--as", "priya", now=TOMORROW)
    company.run("tick", now=TOMORROW)
    record = whole(company, company.invoice, TOMORROW)
    assert record["stage"] == "controller" and sorted(record["approvers"]) == ["sanne", "thomas"]
    assert "wrong cost centre" not in mails_to(smtp, "thomas")[-1].message.get_body(("plain",)).get_content()
    assert company.records("approve", company.invoice, "--as", "thomas", now=TOMORROW)[0]["state"] == "approved"
    assert company.records("audit", "replay")[0]["ok"]


def test_at_the_first_stage_a_rejection_closes(start):
    company = start(one_stage('name = "only"; approvers = [ "user(lucia)" ]; need = "any"; on_reject = "previous";'))
    assert company.records("reject", company.invoice, "--as", "lucia", "--reason", "no", now=NOON)[0]["state"] == "rejected"


# --- who was put beside an approver ---

# On the second working day the manager is put beside the approver.
LADDER = """ladders = { standard = ( { name = "opened"; at = "start"; tone = "new"; },
  { name = "widen"; at = "start+1bd"; tone = "friendly"; add = "manager(approver)"; to = [ "approver", "manager(approver)" ]; } ); };
"""


def with_manager(stage, after=""):
    def edit(text):
        text = one_stage(stage)(text.replace('credit_note_ladder = "gentle";\n', ""))
        text = text[:text.index("ladders = {")] + LADDER + text[text.index("chains = ("):]
        return text.replace("} ); } );", "} " + after + " ); } );")
    return edit


def added(company):
    company.run("tick", now=TOMORROW)
    assert [event["data"]["how"] for event in events(company, "approver.added")]
    return company


def test_who_was_added_decides_for_the_approver(start):
    company = added(start(with_manager('name = "budget holder"; approvers = [ "user(priya)" ]; need = "any";',
                                       ', { name = "controller"; approvers = [ "group(controllers)", "user(mark)" ]; need = 1; within = "2bd"; ladder = "standard"; distinct = true; }')))
    [said] = company.records("approve", company.invoice, "--as", "mark", now=TOMORROW)
    assert said["for"] == "Priya Nair" and said["stage"] == "budget holder"
    assert company.records("approve", company.invoice, "--as", "mark", now=TOMORROW)[0]["already"]
    [event] = events(company, "decision.recorded")
    assert event["data"]["for"] != event["data"]["person"] and event["side"]["authority"] == "25000.00 EUR"
    record = whole(company, company.invoice, TOMORROW)
    assert [(one["approver"], one["decided_by"], one["state"]) for one in approvals(record)] == [("priya", "mark", "approved")]
    assert [(one["person"], one["for"]) for one in record["decisions"]] == [("mark", "priya")]
    company.run("approve", company.invoice, "--as", "priya", now=TOMORROW, code=EX_NOPERM)
    company.run("tick", now=TOMORROW)
    assert sorted(whole(company, company.invoice, TOMORROW)["approvers"]) == ["sanne", "thomas"], "it was Mark who approved before"
    assert company.records("audit", "replay")[0]["ok"]


def test_one_person_counts_once(start):
    """Anna stands beside both of her people and fulfils one approval, not two."""
    company = added(start(with_manager('name = "board"; approvers = [ "user(lucia)", "user(julien)" ]; need = 2;')))
    assert company.records("approve", company.invoice, "--as", "anna", now=TOMORROW)[0]["state"] == "open"
    assert company.records("approve", company.invoice, "--as", "anna", now=TOMORROW)[0]["already"]
    [first] = [one for one in approvals(whole(company, company.invoice, TOMORROW)) if one["state"] == "approved"]
    other = {"lucia": "julien", "julien": "lucia"}[first["approver"]]
    assert company.records("approve", company.invoice, "--as", other, now=TOMORROW)[0]["state"] == "approved"


def test_who_was_added_rejects(start):
    company = added(start(with_manager('name = "budget holder"; approvers = [ "user(priya)" ]; need = "any";')))
    [said] = company.records("reject", company.invoice, "--as", "mark", "--reason", "no", now=TOMORROW)
    assert said["state"] == "rejected" and said["for"] == "Priya Nair"


def test_who_was_added_hands_back(start):
    company = added(start(with_manager('name = "budget holder"; approvers = [ "user(priya)" ]; need = "any";')))
    [said] = company.records("not-mine", company.invoice, "--as", "mark", now=TOMORROW)
    assert said["stuck"] is False and said["done"] == "not-mine"
    company.run("approve", company.invoice, "--as", "mark", now=TOMORROW, code=EX_NOPERM)
    assert company.records("approve", company.invoice, "--as", "priya", now=TOMORROW)[0]["state"] == "approved"
    assert company.records("audit", "replay")[0]["ok"]


# --- what rungs do ---


def with_rung(rung):
    """The demonstration company's policy with that in the place of the nudge, and without fallback."""
    def edit(text):
        start = text.index('    { name = "nudge";')
        return without_fallback(text[:start] + f"    {{ {rung} }},\n" + text[text.index('    { name = "pressing";'):])
    return edit


NOBODY_LEFT = with_rung('name = "over"; at = "start+1bd"; tone = "friendly"; reassign = "user(lucia)";')


def test_where_a_rung_finds_nobody_its_ladder_goes_on(start, smtp):
    company = start(NOBODY_LEFT)
    company.run("tick", now=TOMORROW)
    assert whole(company, company.invoice, TOMORROW)["stuck"] == "no-heir" and states(company, TOMORROW) == [("lucia", "pending")]
    assert len(mails_to(smtp, "lucia")) == 2, "what the rung says goes too"
    for now in ("2026-12-04T10:00:00Z", "2026-12-04T13:00:00Z", "2026-12-07T08:00:00Z"):
        company.run("tick", now=now)
    assert [event["data"]["rung"] for event in events(company, "reminder.claimed") if event["data"]["channel"] == "mail"] == \
        ["opened", "over", "pressing", "manager", "manager"]
    company.run("audit", "verify")
    company.run("audit", "replay")


def test_stuck_no_more_while_on_hold(start):
    """The end of the hold is seen, although somebody was found while it lasted."""
    company = start(NOBODY_LEFT)
    company.run("tick", now=TOMORROW)
    company.run("hold", company.invoice, "--until", "2026-12-09", "--reason", "the goods are broken", "--as", "lucia", now="2026-12-02T14:00:00Z")
    company.run("delegate", company.invoice, "--to", "julien", "--as", "lucia", now="2026-12-02T14:10:00Z")
    company.run("tick", now="2026-12-09T08:00:00Z")
    [released] = events(company, "invoice.released")
    assert released["data"] == {"early": False, "ended": "2026-12-09T07:30:00Z"}
    company.run("audit", "replay")


def test_who_handed_it_back_hears_no_more_of_it(start, smtp):
    company = start(with_rung('name = "join"; at = "start+1bd"; tone = "friendly"; add = "user(julien)";'))
    company.run("tick", now=TOMORROW)
    assert len(mails_to(smtp, "julien")) == 1
    company.run("tick", now="2026-12-04T10:30:00Z")
    assert [event["data"]["rung"] for event in events(company, "reminder.planned")] == ["pressing", "pressing"], "both at their next slot"
    company.run("not-mine", company.invoice, "--as", "julien", now="2026-12-04T10:40:00Z")
    company.run("tick", now="2026-12-04T13:00:00Z")
    assert len(mails_to(smtp, "julien")) == 1 and len(mails_to(smtp, "lucia")) == 3
    [dropped] = [event["data"] for event in events(company, "reminder.superseded")]
    assert dropped["rung"] == "pressing" and dropped["why"] == "not-mine"
    company.run("audit", "replay")


def test_handed_back_where_a_rung_found_nobody(start, smtp):
    company = start(NOBODY_LEFT)
    company.run("tick", now=TOMORROW)
    company.run("not-mine", company.invoice, "--as", "lucia", now="2026-12-02T09:00:00Z")
    assert whole(company, company.invoice, "2026-12-02T09:00:00Z")["stuck"] == "not-mine"
    for now in ("2026-12-02T09:00:00Z", "2026-12-02T13:00:00Z"):
        company.run("tick", now=now)
    assert len(notices(company, smtp)) == 2, "finance hears of either"
    with store(company) as connection:
        assert connection.execute("SELECT count(*) FROM wakeup WHERE kind = 0").fetchone() == (1,), "it is looked at again"
    company.run("audit", "replay")
