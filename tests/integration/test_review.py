"""What a hostile reader found: changes while an invoice is on its way, moments between two steps, and the edges of the record."""
import contextlib
import socket
import subprocess
import threading

import pytest

from akkoord import EX_NOPERM, EX_TEMPFAIL, wait_until
from company import found
from scene import FIRST, UBL, USUAL, approvals, events, kind_of, take, to_whom, whole
from slapd import ACCOUNT, PASSWORD, SUFFIX, Slapd, entry

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


class Gate:
    """Stands before a server: while it is shut, a question that holds `only` waits, and `asked` is true. A context."""

    def __init__(self, port):
        self.behind, self.only, self.asked, self.open = port, b"", False, threading.Event()
        self.open.set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def pump(self, source, target, gated):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if gated and not self.open.is_set() and self.only in data:
                    self.asked = True
                    self.open.wait(60)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", self.behind))
                for ends in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self.pump, args=ends, daemon=True).start()

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.open.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@contextlib.contextmanager
def while_asking(akkoord, gate, now):
    """A pass that waits for the directory meanwhile."""
    gate.open.clear()
    with subprocess.Popen(akkoord.arguments(("tick",), now, False), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=akkoord.environment(), cwd=akkoord.folder, start_new_session=True) as waiting:
        try:
            wait_until(lambda: gate.asked, what="a question to the directory")
            yield
            gate.open.set()
            said = waiting.communicate(timeout=30)[0]
        finally:
            waiting.kill()
    assert waiting.returncode == 0, said


@pytest.fixture
def gate(akkoord, slapd, smtp):
    """The company, with a gate before its directory."""
    with Gate(slapd.port) as standing:
        standing.secret = slapd.secret
        found(akkoord, standing, smtp.url, FIRST)
        yield standing


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
    refused = company.run("approve", invoice, "--as", "priya", now=NOON, code=EX_TEMPFAIL)
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


# --- what happens while the directory is asked ---


def test_an_invoice_that_changes_while_its_approvers_are_looked_for(akkoord, gate):
    """Lucia may approve 500 EUR; of what it says now, Anna has to."""
    _, invoice = take(akkoord)
    with while_asking(akkoord, gate, FIRST):
        assert take(akkoord, gross="99999.00")[0] == "updated"
    akkoord.run("tick", now=FIRST)
    assert pending(whole(akkoord, invoice)) == ["anna"]


def test_an_invoice_that_is_withdrawn_while_its_approvers_are_looked_for(akkoord, gate, smtp):
    _, invoice = take(akkoord)
    with while_asking(akkoord, gate, FIRST):
        akkoord.run("withdraw", invoice, "--reason", "twice", now=FIRST)
    akkoord.run("tick", now=FIRST)
    assert whole(akkoord, invoice)["stages"] == [] and smtp.messages() == []


def test_a_mail_that_is_taken_back_while_its_reader_is_looked_for(akkoord, gate, smtp):
    """It carried two invoices and was put off. While the next rung is worked out, one of them is decided: the other one's first mail is owed again."""
    apply(akkoord, FIRST, ('send = [ "mail", "invite" ]; tone = "new"; },\n    { name = "nudge";    at = "start+1bd";    tone = "friendly"; },',
                           'tone = "new"; },\n    { name = "desk"; at = "start+1h"; anytime = true; to = [ "user(femke)" ]; },'))
    _, decided = take(akkoord)
    take(akkoord, number="A-2")
    smtp.behave(rcpt={"*": "450 4.2.0 busy"})
    akkoord.run("tick", now=FIRST)
    smtp.behave()
    with while_asking(akkoord, gate, "2026-12-01T09:00:00Z"):
        akkoord.run("approve", decided, "--as", "lucia", now="2026-12-01T09:00:00Z")
    akkoord.run("tick", now="2026-12-01T09:05:00Z")
    assert [to_whom(message) for message in smtp.messages() if "A-2" in message.subject] == ["lucia"]


def test_a_decision_does_not_wait_for_a_mail_being_written(akkoord, gate, smtp):
    """Whom a mail goes to next is asked of the directory: nobody's decision waits for the answer."""
    take(akkoord)
    _, other = take(akkoord, number="A-2", cost_centre="FAC-300")
    akkoord.run("tick", now=FIRST)
    gate.only = b"uid=anna"   # whose name stands in the mail
    with while_asking(akkoord, gate, "2026-12-02T08:00:00Z"):
        akkoord.run("approve", other, "--as", "julien", now="2026-12-02T08:00:00Z")


# --- dates that move ---


def test_the_invite_follows_the_deadline(company, smtp):
    apply(company, FIRST, ('invites = "day"', 'invites = "approval"'))
    _, invoice = take(company, due="2026-12-04")
    company.run("tick", now=FIRST)
    assert take(company, NOON)[0] == "updated"
    for now in (NOON, "2026-12-01T12:59:00Z", "2026-12-01T13:00:00Z"):
        company.run("tick", now=now)
    [first], [second] = ([event["data"] for event in events(company, kind)] for kind in ("invite.requested", "invite.updated"))
    [approval] = approvals(whole(company, invoice, NOON))
    assert (first["sequence"], second["sequence"], first["uid"]) == (0, 1, second["uid"])
    assert first["ends"] == "2026-12-02T14:00:00Z" and second["ends"] == approval["deadline"] == "2026-12-04T14:00:00Z"
    assert [kind_of(message) for message in smtp.messages()].count("REQUEST") == 2
    company.run("approve", invoice, "--as", "lucia", now="2026-12-01T14:00:00Z")
    company.run("tick", now="2026-12-01T14:00:00Z")
    [cancel] = events(company, "invite.cancelled")
    assert cancel["data"]["sequence"] == 2 and cancel["data"]["uid"] == first["uid"]
    assert company.records("audit", "replay")[0]["ok"]


def test_of_several_moves_only_the_last_is_told(company, smtp):
    take(company, due="2026-12-04")
    company.run("tick", now=FIRST)
    for now, due in (("2026-12-01T09:30:00Z", "2026-12-31"), ("2026-12-01T09:40:00Z", "2026-12-07"), ("2026-12-01T09:50:00Z", "2026-12-30")):
        take(company, now, due=due)
        company.run("tick", now=now)
    company.run("tick", now="2026-12-01T13:00:00Z")
    assert [kind_of(message) for message in smtp.messages()].count("REQUEST") == 2


def test_an_escalation_that_waits_goes_with_its_deadline(company, smtp):
    """The deadline came at three in the afternoon, its escalation waits for the morning; meanwhile the due date moves by weeks."""
    _, invoice = take(company, due="2026-12-04")
    for now in (FIRST, "2026-12-02T08:00:00Z", "2026-12-02T13:00:00Z", "2026-12-02T14:10:00Z"):
        company.run("tick", now=now)
    [approval] = approvals(whole(company, invoice, NOON))
    assert [reminder["state"] for reminder in approval["reminders"] if reminder["rung"] == "manager"] == ["planned", "planned"]
    take(company, "2026-12-02T15:00:00Z")
    company.run("tick", now="2026-12-03T08:00:00Z")
    assert {to_whom(message) for message in smtp.messages()} == {"lucia"}
    company.run("tick", now="2026-12-07T08:00:00Z")
    assert {to_whom(message) for message in smtp.messages()} == {"lucia", "anna"}


# --- policies that change ---


def test_a_new_name_for_a_rung_sends_nothing_again(company, smtp):
    take(company)
    for now in (FIRST, "2026-12-02T08:00:00Z"):
        company.run("tick", now=now)
    count = len(smtp.messages())
    apply(company, "2026-12-02T09:00:00Z", ('name = "nudge"', 'name = "poke"'))
    for now in ("2026-12-02T09:00:00Z", "2026-12-02T13:00:00Z"):
        company.run("tick", now=now)
    assert len(smtp.messages()) == count
    [passed] = events(company, "reminder.passed")
    assert passed["data"]["rung"] == "poke"


def test_a_rung_that_is_yet_to_come_may_be_new(company, smtp):
    take(company)
    company.run("tick", now=FIRST)
    apply(company, NOON, ('name = "nudge"', 'name = "poke"'))
    company.run("tick", now="2026-12-02T08:00:00Z")
    assert [kind_of(message) for message in smtp.messages()].count("mail") == 2


def test_a_ladder_that_is_gone_stops_only_its_own(company, smtp):
    _, invoice = take(company)
    company.run("tick", now=FIRST)
    apply(company, NOON, ("standard", "other"))
    take(company, NOON, number="A-2")
    company.run("tick", now="2026-12-02T08:00:00Z")
    for command in ("explain", "show"):
        company.run(command, invoice, now="2026-12-02T08:00:00Z")
    company.run("approve", invoice, "--as", "lucia", now="2026-12-02T09:00:00Z")
    company.run("tick", now="2026-12-02T09:00:00Z")
    assert sorted(kind_of(message) for message in smtp.messages()) == ["CANCEL", "REQUEST", "REQUEST", "mail", "mail"]


def test_without_slots_the_daily_limit_is_no_loop(company):
    apply(company, FIRST, ('slots = [ "09:00", "14:00" ];', "slots = [ ];"), ("max_per_day = 6;", "max_per_day = 1;"))
    take(company)
    company.run("tick", now=FIRST)
    take(company, number="A-2")
    for minute in range(1, 6):
        company.run("tick", now=f"2026-12-01T09:{minute:02}:00Z")
    assert len(events(company, "reminder.returned")) == 1
    company.run("tick", now="2026-12-02T07:00:00Z")
    assert len(events(company, "reminder.claimed")) == 5


# --- people who change ---


def modify(directory, uid, change):
    subprocess.run(["ldapmodify", "-x", "-H", directory.uri, "-D", ACCOUNT, "-w", PASSWORD], check=True, capture_output=True, timeout=60,
                   input=f"dn: uid={uid},ou=people,{SUFFIX}\nchangetype: modify\n{change}\n".encode())


@pytest.fixture
def own_directory(akkoord, smtp, tmp_path):
    """One that can be changed."""
    directory = Slapd(tmp_path / "ldap")
    with open(directory.folder / "slapd.conf", "a", encoding="ascii") as configuration:
        configuration.write(f'rootdn "{ACCOUNT}"\n')
    with directory:
        found(akkoord, directory, smtp.url, FIRST)
        yield directory


@pytest.mark.parametrize("change", ["delete: mail", "replace: mail\nmail: lucia at home"])
def test_an_approver_whose_address_went_bad_holds_up_nobody_else(akkoord, own_directory, smtp, change):
    """Her approval goes to the fallback before anything was sent (rule 6), and from there up the ladder; no address stands in the record for ever."""
    _, invoice = take(akkoord, FIRST)
    akkoord.run("tick", now="2026-12-01T22:00:00Z")
    assert pending(whole(akkoord, invoice)) == ["lucia"] and smtp.messages() == []
    modify(own_directory, "lucia", change)
    for now in ("2026-12-02T08:00:00Z", "2026-12-04T15:00:00Z", "2026-12-07T16:00:00Z", "2026-12-08T08:00:00Z"):
        akkoord.run("tick", now=now)
    assert pending(whole(akkoord, invoice)) == ["david"]
    [handed] = events(akkoord, "approval.delegated")
    assert handed["data"]["why"] == "no-mail"
    assert {to_whom(message) for message in smtp.messages()} == {"david", "sanne"}
    assert "lucia" not in akkoord.run("audit", "export").out
    akkoord.run("approve", invoice, "--as", "lucia", now="2026-12-08T09:00:00Z", code=EX_NOPERM)
    akkoord.run("approve", invoice, "--as", "david", now="2026-12-08T09:00:00Z")
    akkoord.run("tick", now="2026-12-08T09:00:00Z")
    assert akkoord.records("audit", "replay")[0]["ok"]


def test_an_invite_that_cannot_be_taken_back_is_given_up(akkoord, own_directory, smtp):
    _, invoice = take(akkoord)
    akkoord.run("tick", now=FIRST)
    modify(own_directory, "lucia", "delete: mail")
    smtp.behave(rcpt={"lucia@voorbeeld.example": "550 5.1.1 nobody of that name"})
    for now in ("2026-12-02T08:00:00Z", "2026-12-02T13:00:00Z", "2026-12-03T08:00:00Z"):
        akkoord.run("tick", now=now)
    [cancel] = [message for message in whole(akkoord, invoice)["messages"] if message["kind"] == "invite-cancel"]
    assert cancel["state"] == "refused"
    assert len([event for event in events(akkoord, "message.sending") if event["data"]["message"] == cancel["message"]]) == 1


def test_an_invite_of_who_lost_their_address_is_taken_back_at_the_old_one(akkoord, own_directory, smtp):
    """Her approval goes to another: her calendar is as she had it when she was written to."""
    _, invoice = take(akkoord)
    akkoord.run("tick", now=FIRST)
    modify(own_directory, "lucia", "delete: mail")
    for now in ("2026-12-02T08:00:00Z", "2026-12-02T13:00:00Z"):
        akkoord.run("tick", now=now)
    assert [kind_of(message) for message in smtp.messages() if to_whom(message) == "lucia"] == ["mail", "REQUEST", "CANCEL"]
    assert pending(whole(akkoord, invoice)) == ["david"]
