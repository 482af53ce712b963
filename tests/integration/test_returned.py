"""What comes back takes effect: once, and only where it is known to be true."""
import json
import os
import re
import subprocess
import textwrap

import pytest

from akkoord import EX_TEMPFAIL, is_sanitized
from company import INVOICES, found, reference

START, SOON, LATER = "2026-12-01T08:00:00Z", "2026-12-01T09:30:00Z", "2026-12-01T15:00:00Z"
PRINT = "F26/0342"
PRINT_FILE = INVOICES / "imprenta-del-sol-F26-0342.xml"
LUCIA = "lucia@voorbeeld.example"


@pytest.fixture
def sent(akkoord, slapd, smtp):
    """Lucía's first mail, handed over."""
    found(akkoord, slapd, smtp.url, START, lambda text: text.replace('send = [ "mail", "invite" ]; ', ""))
    text = akkoord.config.read_text(encoding="utf-8")
    akkoord.config.write_text(text + f'\ninbound = {{ maildirs = [ "{akkoord.folder}/inbox" ]; }};\n', encoding="utf-8")
    for name in ("new", "cur", "tmp"):
        (akkoord.folder / "inbox" / name).mkdir(parents=True)
    akkoord.run("import", PRINT_FILE, now=START)
    akkoord.run("tick", now=START)
    assert states(akkoord) == [("accepted", 1)]
    return akkoord


def shown(akkoord):
    [record] = akkoord.records("show", reference(akkoord, PRINT, START), now=START)
    return record


def states(akkoord):
    return [(message["state"], message["attempts"]) for message in shown(akkoord)["messages"]]


def report(to, original, status, said, action="failed", address=LUCIA, name="r1"):
    """As Postfix writes one (RFC 3464)."""
    return textwrap.dedent(f"""\
        Return-Path: <>
        Delivered-To: {to}
        From: MAILER-DAEMON@mx.voorbeeld.example (Mail Delivery System)
        To: {to}
        Subject: Undelivered Mail Returned to Sender
        Message-ID: <{name}@mx.voorbeeld.example>
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

        --b1
        Content-Type: text/plain; charset=us-ascii

        I'm sorry to have to inform you that your message could not be delivered.

        --b1
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.voorbeeld.example

        Final-Recipient: rfc822; {address}
        Action: {action}
        Status: {status}
        Diagnostic-Code: smtp; {said}

        --b1
        Content-Type: text/rfc822-headers

        From: akkoord@voorbeeld.example
        To: {address}
        Message-ID: {original}

        --b1--
        """)


def returned(smtp, *words, **options):
    """The report of the mail that was sent first, to its own bounce address."""
    mail = smtp.messages()[0]
    return report(options.pop("to", mail.sender), mail.message["Message-ID"], *words, **options)


def test_an_address_that_is_no_good(sent, smtp):
    """The person counts as unreachable, as after a refusal; and a second copy, or the same report by another way, changes nothing."""
    text = returned(smtp, "5.1.1", "550 5.1.1 no such user")
    [first] = sent.run("receive", now=SOON, as_json=True, stdin=text).lines
    assert (first["kind"], first["outcome"], first["recipient"], first["status"]) == ("bounce", "refused", LUCIA, "5.1.1")
    assert [row["number"] for row in sent.records("list", "--bounced", now=SOON)] == [PRINT]
    assert states(sent) == [("refused", 1)] and "no such user" in shown(sent)["messages"][0]["reply"]
    for again in (text, "Received: from elsewhere\n" + text):
        [record] = sent.run("receive", now=SOON, as_json=True, stdin=again).lines
        assert (record["outcome"], record["event"]) == ("known", first["event"])
    sent.run("tick", now=SOON)
    lost = [event["data"]["why"] for event in sent.run("audit", "export", now=SOON).lines if event["type"] == "person.lost"]
    assert lost == ["refused"]
    explained = sent.run("explain", reference(sent, PRINT, SOON), now=SOON).out
    assert f"Reminder to {LUCIA}: refused, " in explained and "no such user" in explained and f"Reminder to {LUCIA}: it came back" in explained
    assert sent.run("receive", "--show", first["event"], now=SOON).out == text
    sent.run("audit", "verify", now=SOON)
    sent.run("audit", "replay", now=SOON)


def test_a_full_mailbox_is_tried_again_under_the_same_name(sent, smtp):
    (sent.folder / "inbox/new/1.M1.mx").write_text(returned(smtp, "5.2.2", "552 5.2.2 mailbox full"), encoding="ascii")
    assert sent.records("tick", now=SOON)[0]["received"] == 1
    assert [path.name for path in (sent.folder / "inbox/cur").iterdir()] == ["1.M1.mx:2,S"]
    assert states(sent) == [("deferred", 1)]
    sent.run("tick", now=LATER)
    assert states(sent) == [("accepted", 2)]
    first, second = [mail.message["Message-ID"] for mail in smtp.messages()][:2]
    assert first == second
    (sent.folder / "inbox/new/1.M1.mx").write_text(returned(smtp, "5.2.2", "552 5.2.2 mailbox full"), encoding="ascii")
    sent.run("tick", now=LATER)
    assert states(sent) == [("accepted", 2)], "found once more after a death: known"


NOT_BELIEVED = [
    ("5.1.1", {"to": "akkoord-bounce@voorbeeld.example"}, "unproven"),
    ("5.1.1", {"to": "akkoord-bounce+0123456789abcdef01m012345678@voorbeeld.example"}, "unproven"),
    ("5.1.1", {"address": "lucia@elsewhere.example"}, "unknown"),
    ("4.4.1", {"action": "delayed"}, "delayed"),
]


def test_nothing_is_done(sent, smtp):
    for number, (status, options, outcome) in enumerate(NOT_BELIEVED):
        text = returned(smtp, status, f"550 {status} sorry", name=f"r{number}", **options)
        [record] = sent.run("receive", now=SOON, as_json=True, stdin=text).lines
        assert record["outcome"] == outcome
    assert states(sent) == [("accepted", 1)] and sent.records("list", "--bounced", now=SOON) == []
    assert "in seven days 3 mails came in about deliveries that nothing could be done with" in sent.run("check", now=SOON).out


def test_what_lies_with_us_alarms_the_admins_once(sent, smtp):
    for number in range(2):
        text = returned(smtp, "5.7.1", "550 5.7.1 rejected by DMARC policy", name=f"r{number}")
        [record] = sent.run("receive", now=SOON, as_json=True, stdin=text).lines
        assert record["outcome"] == ("late" if number else "alarm")
    assert states(sent) == [("deferred", 1)] and sent.records("people", "list", now=SOON) == []
    sent.run("tick", now="2026-12-02T09:30:00Z")
    sent.run("tick", now="2026-12-02T13:30:00Z")
    told = [mail for mail in smtp.messages() if "by DMARC" in " ".join(mail.message.get_body(("plain",)).get_content().split())]
    assert told and len({mail.recipients[0] for mail in told}) == len(told), "each admin once"
    assert all("receive --show" in mail.message.get_body(("plain",)).get_content() for mail in told)
    before = len(told)
    sent.run("tick", now="2026-12-03T09:30:00Z")
    assert len([mail for mail in smtp.messages() if "by DMARC" in " ".join(mail.message.get_body(("plain",)).get_content().split())]) == before


def test_an_automatic_reply_is_shown_and_never_counts(sent, smtp):
    mail = smtp.messages()[0]
    text = f"From: {LUCIA}\nTo: {mail.sender}\nSubject: Automatic reply: away\nAuto-Submitted: auto-replied\nMessage-ID: <o1@x>\n" \
           f"In-Reply-To: {mail.message['Message-ID']}\n\napproved! I am away.\n"
    [record] = sent.run("receive", now=SOON, as_json=True, stdin=text).lines
    assert (record["kind"], record["outcome"]) == ("auto-reply", "noted") and record["message"] == shown(sent)["messages"][0]["message"]
    assert shown(sent)["state"] == "open" and states(sent) == [("accepted", 1)]
    [seen] = shown(sent)["received"]
    assert (seen["kind"], seen["from"]) == ("auto-reply", LUCIA) and "I am away" in seen["said"]
    assert "I am away" in sent.run("show", reference(sent, PRINT, SOON), now=SOON).out


def test_a_mail_server_is_never_made_to_give_a_mail_back(akkoord, sent):
    assert sent.run("receive", now=SOON, as_json=True, stdin="no mail at all").lines[0]["outcome"] == "unreadable"
    assert sent.run("receive", now=SOON, as_json=True, stdin="Subject: hello\nX-Akkoord-Loop: akkoord@voorbeeld.example\n\nx\n").lines[0]["outcome"] == "loop"
    assert sent.run("receive", now=SOON, as_json=True, stdin="Subject: hello\n\nwhat is this?\n").lines[0]["outcome"] == "kept"
    sent.config.write_text("nonsense", encoding="ascii")
    sent.run("receive", now=SOON, stdin="Subject: hello\n\nwhat is this?\n", code=EX_TEMPFAIL)


LONG = "akkoord-reports-of-what-could-not-be-delivered@voorbeeld.example"


def test_check_tells_of_a_bounce_address_without_room_for_a_token(sent):
    text = sent.config.read_text(encoding="utf-8")
    assert "no room for a token" not in sent.run("check", now=SOON).out
    sent.config.write_text(re.sub('bounce = "[^"]*"', f'bounce = "{LONG}"', text), encoding="utf-8")
    assert "no room for a token" in sent.run("check", now=SOON).out


def test_check_tells_of_mails_that_nobody_takes(sent):
    path = sent.folder / "inbox/new/1.M1.mx"
    path.write_text("Subject: hello\n\nx\n", encoding="ascii")
    assert "lie there" not in sent.run("check", now=SOON).out
    os.utime(path, (1700000000, 1700000000))
    assert "no mails that lie there for over an hour: 1 do" in sent.run("check", now=SOON).out


MANY = 510 if is_sanitized() else 540


def test_many_at_once(sent, smtp):
    """Five hundred a pass, and no more memory for many than for few."""
    inbox = sent.folder / "inbox/new"

    def come(numbers):
        for number in numbers:
            text = returned(smtp, "5.1.1", "550 5.1.1 no such user", address=f"n{number}@voorbeeld.example", name=f"t{number}")
            (inbox / f"{number:05}.M1.mx").write_text(text, encoding="ascii")

    def taken():
        with subprocess.Popen(sent.arguments(["tick"], SOON, True), env=sent.environment(), cwd=sent.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            out = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        return json.loads(out)["received"], usage.ru_maxrss

    come(range(20))
    few, little = taken()
    come(range(20, 20 + MANY))
    passes = [taken() for _ in range(3)]
    assert few == 20 and [count for count, _ in passes] == [min(MANY, 500), max(MANY - 500, 0), 0]
    assert is_sanitized() or max(memory for _, memory in passes) < little + 8 * 1024, "in KiB"
    assert list(inbox.iterdir()) == []
