"""Channels: reminders over web hooks, made as each service documents it, with the states of mail; and what becomes of them where one cannot be called."""
import base64
import hashlib
import hmac
import re
import shutil
import subprocess
import threading

import pytest

from akkoord import EX_CONFIG, EX_UNAVAILABLE, SOURCE, wait_until
from company import found
from hook_server import receiving
from scene import FIRST, approvals, events, take, whole

EXAMPLES = SOURCE / "contrib/channels"
KEY = b"an example key of ours, 32 bytes"
HOSTILE = 'Acme "\\ {{name}} {secret} <!channel> [x](https://evil.example) & Söhne 💶'
LATER = "2026-12-01T09:00:00Z"


@pytest.fixture
def hooks():
    with receiving() as server:
        yield server


def settings(akkoord, hooks, names, more=""):
    """Adds to akkoord.conf what the channels may call."""
    for name, text in {"token": "s3cr3t-t0k3n", "key": "whsec_" + base64.b64encode(KEY).decode()}.items():
        path = akkoord.folder / f"channel.{name}"
        path.write_text(text + "\n", encoding="ascii")
        path.chmod(0o600)
    own = "".join(f' {name} = {{ host = "{hooks.host}"; secret_file = "channel.token"; key_file = "channel.key"; }};' for name in names)
    text = akkoord.config.read_text(encoding="utf-8")
    text = text.replace('mail = "mail";', 'mail = "mail"; mobile = "mobile";', 1)
    akkoord.config.write_text(f"{text}\nchannels = {{{own} }};\n{more}", encoding="utf-8")


def company(akkoord, slapd, smtp, hooks, channels, send, tail=""):
    """The demonstration company whose ladders begin with those ways to send."""
    def edit(text):
        text = re.sub(r'send = \[ "mail", "invite" \]', f"send = [ {send} ]", text)
        return text.replace("ladders = {", f"channels = {{ {channels} }};\n{tail}\nladders = {{", 1)
    names = re.findall(r"(\w+) = \{ url", channels)
    configure = akkoord.configure

    def configure_too(config, policy=None):
        configure(config, policy)
        settings(akkoord, hooks, names)
    akkoord.configure = configure_too
    found(akkoord, slapd, smtp.url, FIRST, edit)
    akkoord.configure = configure


def taken(akkoord, **changes):
    """An invoice for Priya, who reads English and has a number."""
    return take(akkoord, **{"cost_centre": "Project cost code 123", **changes})


def sms(hooks, more=""):
    return f'sms = {{ url = "http://{hooks.host}/sms"; to = "mobile"; {more} }};'


def states(akkoord, number="A-1"):
    """What became of the calls of that invoice: (state, attempts)."""
    [row] = [row for row in akkoord.records("list", "--all", now=FIRST) if row["number"] == number]
    return [(message["state"], message["attempts"]) for message in whole(akkoord, row["invoice"])["messages"] if message["kind"] == "hook"]


def mails_about(smtp, text):
    return [message for message in smtp.messages() if text in (message.part("text/plain") or "") and message.part("text/calendar") is None]


# --- what is called, and how ---

def examples(hooks):
    """contrib/channels, with the services on this machine."""
    text = (EXAMPLES / "policy.conf").read_text(encoding="utf-8")
    text = re.sub(r"https://[a-z.]+/", lambda match: f"http://{hooks.host}/{match.group(0)[8:]}", text)
    return text[text.index("channels = {") + len("channels = {"):text.rindex("};")]


def test_examples_are_what_the_services_document(akkoord, slapd, smtp, hooks):
    for template in EXAMPLES.glob("*.mustache"):
        shutil.copy(template, akkoord.folder)
    company(akkoord, slapd, smtp, hooks, examples(hooks), '"mail", "slack", "teams", "ntfy", "sms", "own"')
    taken(akkoord, supplier=HOSTILE)
    akkoord.run("tick", now=FIRST)
    [mail] = [mail for mail in smtp.messages() if mail.part("text/calendar") is None]
    slack, teams, ntfy, text, own = (hooks.at(path) for path in ("/hooks.slack.com/services/s3cr3t-t0k3n", "/example.webhook.office.com/s3cr3t-t0k3n",
                                                                    "/ntfy.", "/api.twilio.com/2010-04-01/Accounts/", "/hooks.example.nl/akkoord"))
    assert [len(calls) for calls in (slack, teams, ntfy, text, own)] == [1] * 5 and len(hooks.calls) == 5
    assert mail.recipients == ["priya@voorbeeld.example"]
    # Slack: text for notifications, in which & < > are entities; blocks of plain text
    body = slack[0].json
    assert set(body) == {"text", "blocks"} and "<" not in body["text"] and "&lt;!channel&gt;" in body["text"]
    assert body["blocks"][0]["type"] == "section" and body["blocks"][0]["text"]["type"] == "plain_text"
    assert HOSTILE in body["blocks"][0]["text"]["text"]
    # Teams: a message with one adaptive card, and no text in which Markdown is read
    [card] = teams[0].json["attachments"]
    assert teams[0].json["type"] == "message" and card["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert card["content"]["type"] == "AdaptiveCard" and card["content"]["version"] == "1.4"
    assert [block["type"] for block in card["content"]["body"]] == ["RichTextBlock"] * 2
    assert HOSTILE in card["content"]["body"][1]["inlines"][0]["text"]
    # ntfy: published as JSON at the root, with a token
    assert ntfy[0].json["topic"] == "approvals-priya" and HOSTILE in ntfy[0].json["message"]
    assert ntfy[0].headers["Authorization"] == "Bearer s3cr3t-t0k3n" and ntfy[0].path == "/ntfy.example.nl/"
    # the gateway: a form
    assert text[0].headers["Content-Type"] == "application/x-www-form-urlencoded" and text[0].headers["Authorization"] == "Basic s3cr3t-t0k3n"
    assert set(text[0].form) == {"To", "From", "Body"} and text[0].form["To"] == "+31 6 1234 5678"
    assert text[0].form["Body"].startswith("Your approval is needed for 1 invoice – " + HOSTILE)
    # one's own: everything, signed
    body = own[0].json
    assert body["channel"] == "own" and body["uid"] == "priya" and body["tone"] == "new" and body["role"] == "to" and body["language"] == "en"
    [invoice] = body["invoices"]
    assert invoice["supplier"] == HOSTILE and invoice["amount"] == "500.00 EUR" and invoice["due_date"] == "2026-12-31"
    signed = b".".join([own[0].headers["webhook-id"].encode(), own[0].headers["webhook-timestamp"].encode(), own[0].body])
    assert own[0].headers["webhook-signature"] == "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert own[0].headers["webhook-id"] == own[0].key == body["message"]
    # the record holds no secret, and a second pass says nothing twice
    assert "s3cr3t" not in (akkoord.folder / "akkoord.db").read_bytes().decode("latin-1")
    akkoord.run("tick", now=FIRST)
    assert len(hooks.calls) == 5
    akkoord.run("audit", "verify")
    akkoord.run("audit", "replay")


def test_several_in_one_call_or_one_each(akkoord, slapd, smtp, hooks):
    company(akkoord, slapd, smtp, hooks, f'{sms(hooks, "body = " + chr(34) + "form" + chr(34) + ";")} each = {{ url = "http://{hooks.host}/each"; per = "reminder"; }};', '"sms", "each"')
    taken(akkoord, number="A-1")
    taken(akkoord, number="A-2", iban="NL20INGB0001234567")
    akkoord.run("tick", now=FIRST)
    [together] = hooks.at("/sms")
    assert together.form["line"].startswith("Your approval is needed for 2 invoices")
    assert sorted(invoice["number"] for call in hooks.at("/each") for invoice in call.json["invoices"]) == ["A-1", "A-2"]
    assert len(hooks.at("/each")) == 2 and not mails_about(smtp, "A-1")


# --- what becomes of a call ---

def test_put_off_then_accepted(akkoord, slapd, smtp, hooks):
    company(akkoord, slapd, smtp, hooks, sms(hooks), '"mail", "sms"')
    taken(akkoord)
    hooks.answers = [(503, {"Retry-After": 3600}, b"down for s3cr3t-t0k3n, +31 6 1234 5678")]
    result = akkoord.run("tick", now=FIRST, code=None)
    assert states(akkoord) == [("deferred", 1)] and "1234" not in result.err
    [deferred] = events(akkoord, "message.deferred")
    assert deferred["data"]["next_try"] >= LATER and deferred["side"]["reply"].startswith("HTTP 503: down for ***")
    akkoord.run("tick", now="2026-12-01T08:59:00Z", code=None)
    assert len(hooks.calls) == 1 and len(mails_about(smtp, "A-1")) == 1
    akkoord.run("tick", now=deferred["data"]["next_try"])
    assert states(akkoord) == [("accepted", 2)]
    assert hooks.calls[0].key == hooks.calls[1].key and hooks.calls[0].body == hooks.calls[1].body


def test_uncertain_goes_once_more_with_the_same_key(akkoord, slapd, smtp, hooks):
    company(akkoord, slapd, smtp, hooks, sms(hooks), '"mail", "sms"')
    taken(akkoord)
    hooks.answers = ["drop", "drop"]
    akkoord.run("tick", now=FIRST, code=None)
    assert states(akkoord) == [("uncertain", 1)]
    for now in (LATER, "2026-12-01T11:00:00Z", "2026-12-02T08:00:00Z"):
        akkoord.run("tick", now=now, code=None)
    first = [call for call in hooks.calls if call.key == hooks.calls[0].key]
    assert len(first) == 2 and first[0].body == first[1].body and states(akkoord)[0] == ("uncertain", 2)


def test_an_answer_that_breaks_off_is_one(akkoord, slapd, smtp, hooks):
    company(akkoord, slapd, smtp, hooks, sms(hooks), '"mail", "sms"')
    taken(akkoord)
    hooks.answers = [(200, {"Content-Length": 99, "Connection": "close"}, b"less")]
    akkoord.run("tick", now=FIRST)
    assert states(akkoord) == [("accepted", 1)]


def test_refused_is_told_and_marks_nobody(akkoord, slapd, smtp, hooks):
    company(akkoord, slapd, smtp, hooks, sms(hooks), '"mail", "sms"')
    _, invoice = taken(akkoord)
    hooks.answers = [(422, {}, b"no such number")]
    akkoord.run("tick", now=FIRST, code=None)
    assert states(akkoord) == [("refused", 1)]
    akkoord.run("tick", now="2026-12-01T13:00:00Z", code=None)
    notices = [mail for mail in smtp.messages() if "no such number" in (mail.part("text/plain") or "")]
    assert notices and all("sms" in mail.part("text/plain") for mail in notices)
    assert [approval["state"] for approval in approvals(whole(akkoord, invoice))] == ["pending"] and not events(akkoord, "person.lost")


def test_nothing_after_the_decision(akkoord, slapd, smtp, hooks):
    company(akkoord, slapd, smtp, hooks, sms(hooks), '"mail", "sms"')
    _, invoice = taken(akkoord)
    hooks.answers = [(429, {}, b"")]
    akkoord.run("tick", now=FIRST, code=None)
    akkoord.run("approve", invoice, "--as", "priya", now="2026-12-01T08:01:00Z")
    assert states(akkoord) == [("withdrawn", 1)]
    akkoord.run("tick", now="2026-12-01T13:00:00Z")
    assert len(hooks.calls) == 1


# --- where none can be made ---

def test_who_cannot_be_called_gets_a_mail(akkoord, slapd, smtp, hooks):
    """Julien has no number; his first reminder goes by mail, and the grace of others counts from it."""
    company(akkoord, slapd, smtp, hooks, sms(hooks), '"sms"')
    taken(akkoord, number="A-1")
    _, theirs = taken(akkoord, number="B-1", cost_centre="FAC-300", iban="NL20INGB0001234567")
    akkoord.run("tick", now=FIRST)
    assert [call.json["invoices"][0]["number"] for call in hooks.calls] == ["A-1"]
    assert not mails_about(smtp, "A-1") and len(mails_about(smtp, "B-1")) == 1
    superseded = [event["data"]["why"] for event in events(akkoord, "reminder.superseded") if event["data"]["channel"] == "sms"]
    assert superseded == ["no-address"]
    assert "no address that the channel could use" in akkoord.run("explain", theirs, now=FIRST).out
    akkoord.run("audit", "replay")


def test_redirected_mail_calls_nobody(akkoord, slapd, smtp, hooks):
    company(akkoord, slapd, smtp, hooks, sms(hooks), '"sms"')
    taken(akkoord)
    hooks.answers = [(503, {}, b"")]
    akkoord.run("tick", now=FIRST, code=None)
    text = akkoord.config.read_text(encoding="utf-8")
    akkoord.config.write_text(text.replace("mail = { transport", 'mail = { redirect_all_to = "trial@voorbeeld.example"; transport', 1), encoding="utf-8")
    for now in ("2026-12-01T13:00:00Z", "2026-12-01T13:01:00Z"):
        akkoord.run("tick", now=now)
    assert len(hooks.calls) == 1 and states(akkoord) == [("withdrawn", 1)]
    [mail] = mails_about(smtp, "A-1")
    assert mail.recipients == ["trial@voorbeeld.example"]


@pytest.mark.parametrize("allowed, calls", [("jan@voorbeeld.example", 0), ("priya@voorbeeld.example", 1)])
def test_nobody_is_called_who_is_not_on_the_list(akkoord, slapd, smtp, hooks, allowed, calls):
    company(akkoord, slapd, smtp, hooks, sms(hooks), '"sms"')
    (akkoord.folder / "allowed").write_text(allowed + "\n", encoding="ascii")
    text = akkoord.config.read_text(encoding="utf-8")
    akkoord.config.write_text(text.replace("mail = { transport", 'mail = { allow_list = "allowed"; transport', 1), encoding="utf-8")
    taken(akkoord)
    [said] = akkoord.records("tick", now=FIRST)
    assert len(hooks.calls) == calls and not smtp.messages() and said.get("withheld", 0) == 1 - calls
    assert [event["data"]["why"] for event in events(akkoord, "reminder.superseded")] == ["trial"] * (1 - calls)


def test_neither_waits_for_the_other(akkoord, slapd, smtp, hooks):
    """A channel's server that does not answer holds up no mail, and a mail server that is down no call."""
    company(akkoord, slapd, smtp, hooks, sms(hooks), '"mail", "sms"')
    taken(akkoord)
    slow = threading.Event()
    hooks.answers = [slow]
    with subprocess.Popen(akkoord.arguments(("tick",), FIRST, False), env=akkoord.environment(), cwd=akkoord.folder, stdout=subprocess.DEVNULL) as sending:
        wait_until(lambda: hooks.calls and mails_about(smtp, "A-1") and events(akkoord, "message.accepted"), what="the mail, accepted")
        assert states(akkoord) == [("sending", 1)], "the call is on its way still"
        slow.set()
        assert sending.wait(60) == 0
    assert states(akkoord) == [("accepted", 1)]
    smtp.stop()
    for number, now in (("A-2", "2026-12-01T13:00:00Z"), ("A-3", "2026-12-02T08:00:00Z")):
        taken(akkoord, number=number)
        akkoord.run("tick", now=now, code=EX_UNAVAILABLE)
    assert {invoice["number"] for call in hooks.calls for invoice in call.json["invoices"]} == {"A-1", "A-2", "A-3"}


# --- what is said of them ---

def test_simulate_and_show_name_the_channel(akkoord, slapd, smtp, hooks):
    company(akkoord, slapd, smtp, hooks, sms(hooks), '"mail", "sms"')
    _, invoice = taken(akkoord)
    foreseen = [(record["send"], record["recipient"].split("@")[0], record["tone"]) for record in akkoord.records("simulate", "--days", "1", now=FIRST)]
    assert [one for one in foreseen if one[0] == "sms"] == [("sms", "priya", "new")] and ("mail", "priya", "new") in foreseen
    akkoord.run("tick", now=FIRST)
    shown = whole(akkoord, invoice)
    assert [message["channel"] for message in shown["messages"] if message["kind"] == "hook"] == ["sms"]
    assert "sms" in [reminder["send"] for reminder in approvals(shown)[0]["reminders"]]
    assert "(sms)" in akkoord.run("explain", invoice, now=FIRST).out


def test_check_online_looks_at_each_channel(akkoord, slapd, smtp, hooks):
    """Whether its server can be reached, and its secrets read; nothing is called."""
    company(akkoord, slapd, smtp, hooks, sms(hooks), '"mail", "sms"')
    akkoord.run("tick", now=FIRST)

    def said(code):
        return {record["setting"]: record["wanted"] for record in akkoord.records("check", "--online", now=FIRST, code=code) if "channel" in record["setting"]}
    assert said(0) == {} and not hooks.calls
    (akkoord.folder / "channel.token").write_text("\n", encoding="ascii")
    assert "first line is empty" in said(EX_CONFIG)["channels.sms"]
    (akkoord.folder / "channel.token").write_text("s3cr3t-t0k3n\n", encoding="ascii")
    hooks.server_close()
    [(setting, wanted)] = said(EX_UNAVAILABLE).items()
    assert setting == "channels.sms" and "a host that answers" in wanted


def test_check_says_what_does_not_fit(akkoord, slapd, smtp, hooks):
    company(akkoord, slapd, smtp, hooks, sms(hooks), '"mail", "sms"')
    policy = akkoord.policy.read_text(encoding="utf-8")

    def check(text, code):
        akkoord.policy.write_text(text, encoding="utf-8")
        result = akkoord.run("policy", "check", akkoord.policy, now=FIRST, code=code)
        return result.out + result.err
    assert "of the host 127.0.0.1" in check(policy.replace(hooks.host, "127.0.0.1:1"), EX_CONFIG)
    assert "until then what is to go by it goes by mail" in check(policy.replace("sms =", "text =").replace('"sms"', '"text"'), 0)
    assert 'did you mean "sms"' in check(policy.replace('"mail", "sms"', '"mail", "smss"'), EX_CONFIG)
    (akkoord.folder / "body.json").write_text('{ "a": "{{line}}", }', encoding="ascii")
    assert "no JSON" in check(policy.replace('to = "mobile";', 'body = "body.json";'), EX_CONFIG)
    (akkoord.folder / "body.json").write_text('{ "a": "{{lime}}" }', encoding="ascii")
    assert "nothing is called lime" in check(policy.replace('to = "mobile";', 'body = "body.json";'), EX_CONFIG)
