"""What a hostile reader found: changes while an invoice is on its way, moments between two steps, and the edges of the record."""
import pytest

from akkoord import EX_NOPERM
from company import found
from scene import FIRST, UBL, USUAL, approvals, kind_of, take, whole
from slapd import SUFFIX, Slapd, entry

NOON = "2026-12-01T10:00:00Z"
LINE = """<a:InvoiceLine><b:ID>{number}</b:ID><b:InvoicedQuantity>1</b:InvoicedQuantity><b:LineExtensionAmount currencyID="EUR">1</b:LineExtensionAmount>
<b:AccountingCost>{cost_centre}</b:AccountingCost><a:Item><b:Name>thing</b:Name></a:Item></a:InvoiceLine>"""


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST)
    return akkoord


def apply(akkoord, now, *edits):
    """A new version of the policy with these texts replaced."""
    policy = akkoord.policy.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in policy
        policy = policy.replace(old, new)
    akkoord.policy.write_text(policy, encoding="utf-8")
    akkoord.run("policy", "apply", akkoord.policy, now=now)


def take_lines(akkoord, cost_centres, now=FIRST, **changes):
    """An invoice whose lines name these cost centres."""
    made = {**USUAL, "number": "L-1", "cost_centre": "", **changes}
    lines = "".join(LINE.format(number=number, cost_centre=centre) for number, centre in enumerate(cost_centres, 1))
    text = UBL.format(**made).replace("<b:AccountingCost></b:AccountingCost>", "").replace("</Invoice>", lines + "</Invoice>")
    path = akkoord.folder / "lines.xml"
    path.write_text(text, encoding="utf-8")
    [taken] = akkoord.records("import", path, now=now)
    assert taken["verdict"] == "new", taken
    [row] = [row for row in akkoord.records("list", "--all", now=now) if row["number"] == made["number"]]
    return row["invoice"]


def pending(record):
    return sorted(approval["approver"] for approval in approvals(record) if approval["state"] == "pending")


# --- chains that start anew ---


def to_second_stage(company, **changes):
    _, invoice = take(company, cost_centre="IT-100", **changes)
    company.run("tick", now=FIRST)
    company.run("approve", invoice, "--as", "priya", now=FIRST)
    company.run("tick", now=FIRST)
    return invoice


def test_who_approved_before_a_restart_is_asked_again(company):
    """`distinct` is about the earlier stages of the chain as it is now."""
    apply(company, FIRST, ("need = 1;", "need = 2;"))
    invoice = to_second_stage(company)
    company.run("approve", invoice, "--as", "sanne", now=FIRST)
    assert take(company, cost_centre="IT-100", gross="700.00")[0] == "updated"
    company.run("tick", now=NOON)
    company.run("approve", invoice, "--as", "priya", now=NOON)
    company.run("tick", now=NOON)
    assert pending(whole(company, invoice, NOON)) == ["sanne", "thomas"]


def test_an_approval_from_before_a_restart_is_none(company):
    invoice = to_second_stage(company)
    assert take(company, cost_centre="IT-100", gross="900.00")[0] == "updated"
    refused = company.run("approve", invoice, "--as", "priya", now=NOON, code=EX_NOPERM)
    assert "starts anew" in refused.err
    company.run("tick", now=NOON)
    assert pending(whole(company, invoice, NOON)) == ["priya"]
    [said] = company.records("approve", invoice, "--as", "priya", now=NOON)
    assert not said["already"]


# --- several cost centres ---


@pytest.fixture
def shared(akkoord, smtp, tmp_path):
    """Priya alone answers for IT-100, Priya and Mark for BOTH."""
    both = entry(f"ou=BOTH,ou=cost centres,{SUFFIX}", "objectClass: organizationalUnit", "objectClass: extensibleObject", "ou: BOTH",
                 f"manager: uid=priya,ou=people,{SUFFIX}", f"manager: uid=mark,ou=people,{SUFFIX}")
    with Slapd(tmp_path / "ldap", more=both) as directory:
        found(akkoord, directory, smtp.url, FIRST)
        yield akkoord


@pytest.mark.parametrize("order", [("IT-100", "BOTH"), ("BOTH", "IT-100")])
def test_an_approval_counts_where_nobody_else_can_give_it(shared, order):
    """A person approves once a stage: where hers counted for BOTH, IT-100 waited for ever."""
    invoice = take_lines(shared, order)
    shared.run("tick", now=FIRST)
    assert pending(whole(shared, invoice)) == ["mark", "priya", "priya"]
    shared.run("approve", invoice, "--as", "priya", now=NOON)
    shared.run("approve", invoice, "--as", "priya", now=NOON, code=EX_NOPERM)
    shared.run("approve", invoice, "--as", "mark", now=NOON)
    [stage] = whole(shared, invoice, NOON)["stages"]
    assert stage["closed"] == NOON


def test_groups_that_cannot_all_be_served_are_stuck(shared):
    apply(shared, FIRST, ('need = "any"; within = "3bd"; before = [ "due-3bd" ]', 'need = "all"; within = "3bd"; before = [ "due-3bd" ]'))
    invoice = take_lines(shared, ("IT-100", "BOTH"))
    shared.run("tick", now=FIRST)
    assert whole(shared, invoice)["stuck"] == "too-few"


# --- messages that wait ---


def messages(akkoord, invoice):
    return {message["kind"]: message for message in whole(akkoord, invoice)["messages"]}


def test_what_was_put_off_waits_for_working_time(company, smtp):
    """The mail server is back at six in the evening: nobody gets a mail before the morning."""
    take(company)
    smtp.behave(rcpt={"*": "450 4.2.0 busy"})
    for now in (FIRST, "2026-12-01T15:50:00Z"):
        company.run("tick", now=now)
    smtp.behave()
    for now in ("2026-12-01T17:00:00Z", "2026-12-01T22:00:00Z", "2026-12-02T06:59:00Z"):
        company.run("tick", now=now)
    assert smtp.messages() == []
    company.run("tick", now="2026-12-02T07:00:00Z")
    assert len(smtp.messages()) == 2
    assert company.records("audit", "replay")[0]["ok"]


def test_a_rung_of_any_time_goes_at_night(company, smtp):
    apply(company, FIRST, ('send = [ "mail", "invite" ]; tone = "new"; }', 'tone = "new"; anytime = true; }'))
    night = "2026-12-01T22:00:00Z"
    take(company, night)
    smtp.behave(rcpt={"*": "450 4.2.0 busy"}, times=1)
    company.run("tick", now=night)
    company.run("tick", now="2026-12-01T22:30:00Z")
    assert len(smtp.messages()) == 1


def test_uncertain_after_a_delay_goes_once_more(company, smtp):
    """The delay before was no doubt: only what was uncertain twice is left."""
    _, invoice = take(company)
    smtp.behave(rcpt={"*": "450 4.2.0 busy"})
    company.run("tick", now=FIRST)
    smtp.behave(after_dot="drop", times=1)
    for now in ("2026-12-01T08:30:00Z", "2026-12-01T09:30:00Z", "2026-12-01T10:30:00Z"):
        company.run("tick", now=now, code=None)
    assert {message["state"] for message in messages(company, invoice).values()} == {"accepted"}


def test_what_was_left_uncertain_is_not_sent_a_third_time(company, smtp):
    """It carried two invoices and may have arrived twice: that one of them is decided does not bring the other once more."""
    _, decided = take(company)
    _, other = take(company, number="A-2")
    smtp.behave(after_dot="drop")
    for now in (FIRST, "2026-12-01T08:10:00Z", "2026-12-01T08:20:00Z", "2026-12-01T08:30:00Z"):
        company.run("tick", now=now, code=None)
    assert messages(company, other)["mail"]["state"] == "uncertain"
    smtp.behave()
    company.run("approve", decided, "--as", "lucia", now="2026-12-01T09:00:00Z")
    for now in ("2026-12-01T09:00:00Z", "2026-12-01T13:00:00Z"):
        company.run("tick", now=now)
    assert messages(company, other)["mail"]["state"] == "uncertain"
    assert sum(kind_of(message) == "mail" for message in smtp.messages()) == 2
