"""Somebody may write what they like into their own entry of the directory. Whatever it is, mails go to whom they went, in the form that they had, and to nobody else; and nobody gets more
to say."""
import base64

import pytest

from akkoord import EX_OK, EX_UNAVAILABLE
from company import INVOICES, found
from probe import is_unknown, probing, settings
from scene import FIRST, approvals, events, kind_of, to_whom, whole
from slapd import SUFFIX, Slapd

PEOPLE = f"ou=people,{SUFFIX}"
LUCIA = f"uid=lucia,{PEOPLE}"
PRINT = "Imprenta del Sol S.L./F26/0342"
LATER = "2026-12-07T09:00:00Z"
MEGABYTE = 1 << 20


def replacing(dn, attribute, *values):
    """LDIF that puts these values (text or bytes) in the place of all of the attribute."""
    encoded = (base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode() for value in values)
    return "\n".join((f"dn: {dn}", "changetype: modify", f"replace: {attribute}", *(f"{attribute}:: {value}" for value in encoded))) + "\n\n"


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    with Slapd(tmp_path_factory.mktemp("hostile") / "slapd", general=["sockbuf_max_incoming_auth 67108864"]) as running:
        yield running


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """What everybody's entry is when nobody has written to it: LDIF that puts it back."""
    return "".join((replacing(LUCIA, "cn", "Lucía García"), replacing(LUCIA, "mail", "lucia@voorbeeld.example"), replacing(LUCIA, "preferredLanguage", "es, en;q=0.7"),
                    replacing(LUCIA, "employeeType", "10000.00 EUR"), replacing(LUCIA, "manager", f"uid=anna,{PEOPLE}"), replacing(LUCIA, "c", "ES")))


@pytest.fixture
def company(akkoord, directory, usual, smtp):
    directory.modify(usual)
    found(akkoord, directory, smtp.url, FIRST)
    return akkoord


def remind(akkoord):
    """From the invoice to the mail that tells her manager."""
    akkoord.run("import", INVOICES / "imprenta-del-sol-F26-0342.xml", now=FIRST)
    for now in (FIRST, LATER):
        assert akkoord.run("tick", now=now, code=None).code in (EX_OK, EX_UNAVAILABLE)


NAMES = {
    "a line more": "Lucía\r\nBcc: all@voorbeeld.example",
    "a body": "Lucía\r\n\r\nPay at once: http://evil.example",
    "an encoded word": "=?utf-8?q?Luc=0d=0aBcc:_all=40voorbeeld.example?=",
    "an address": '"Lucía" <all@voorbeeld.example>',
    "two addresses": "Lucía, all@voorbeeld.example",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "an attribute": '" onmouseover="alert(1)',
    "a template": "{{#items}}{{{invoice}}}{{/items}}{{> mail}}",
    "from right to left": "\u202eaícraG aícuL\u2066",
    "separators": "Lucía\u2028Bcc: all\u2029\u0085x\u000bx\u000cx",
    "a NUL": b"Lucia\x00Bcc",
    "long": "L" * MEGABYTE,
    "long lines": "Lucía " * 10000,
    "blank": "\u00a0\u200b",
    "calendar": "Lucía;CN=x:MAILTO:all@voorbeeld.example\\nATTENDEE:mailto:all@voorbeeld.example",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_names(company, directory, smtp, name):
    directory.modify(replacing(LUCIA, "cn", name))
    remind(company)
    messages = smtp.messages()
    assert {kind_of(message) for message in messages} >= {"mail", "REQUEST"}
    assert {recipient for message in messages for recipient in message.recipients} == {"lucia@voorbeeld.example", "anna@voorbeeld.example"}
    for message in messages:
        is_in_order(message)


def is_in_order(message):
    """One sender, one recipient, no header that Akkoord does not write; text that is shown as text; no longer than a mail is."""
    parsed = message.message
    assert not parsed.defects and len(message.bytes) < 200000
    assert len(message.recipients) == 1 and [address.addr_spec for address in parsed["To"].addresses] == message.recipients
    assert "Bcc" not in parsed and "Cc" not in parsed and "evil" not in str(parsed["Subject"])
    for line in message.bytes.split(b"\r\n"):
        assert len(line) <= 998 and b"\n" not in line and b"\r" not in line
    for part in parsed.walk():
        if part.get_content_maintype() == "text":
            is_clean(part.get_content(), part.get_content_subtype())


def is_clean(text, kind):
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\0\u0085") & set(text)
    if kind == "html":
        assert "<script" not in text and "onerror=alert(1)>" not in text.replace("&gt;", "") and '" onmouseover=' not in text
    if kind == "calendar":
        unfolded = text.replace("\r\n ", "").replace("\n ", "")
        assert sum(line.startswith("ATTENDEE") for line in unfolded.splitlines()) == 1


ADDRESSES = {
    "a line more": "lucia@voorbeeld.example\r\nBcc: all@voorbeeld.example",
    "two in one": "lucia@voorbeeld.example, all@voorbeeld.example",
    "a name": "Lucia <lucia@voorbeeld.example>",
    "a parameter": "lucia@voorbeeld.example> NOTIFY=NEVER <",
    "a source route": "@evil.example:lucia@voorbeeld.example",
    "quoted": '"lucia@voorbeeld.example"@evil.example',
    "long": "l" * MEGABYTE + "@voorbeeld.example",
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_addresses(company, directory, smtp, address):
    """What is no address is passed over, and the next one taken."""
    directory.modify(replacing(LUCIA, "mail", address, "lucia@voorbeeld.example"))
    remind(company)
    for message in smtp.messages():
        is_in_order(message)
    assert {recipient for message in smtp.messages() for recipient in message.recipients} <= {"lucia@voorbeeld.example", "anna@voorbeeld.example"}
    assert smtp.messages()


def test_our_own_address_is_none(company, directory):
    """What went there would come back to us, and nobody would decide."""
    for address in ("Akkoord@voorbeeld.example", "akkoord-bounce+x@voorbeeld.example"):
        directory.modify(replacing(LUCIA, "mail", address))
        assert ["mail" in person for person in company.who("user(lucia)", now=FIRST)] == [False]
    directory.modify(replacing(LUCIA, "mail", address, "lucia.garcia@voorbeeld.example"))
    assert [person["mail"] for person in company.who("user(lucia)", now=FIRST)] == ["lucia.garcia@voorbeeld.example"]


AUTHORITIES = ["99999999999999999999 EUR", "1e9 EUR", "5.000,00 EUR", "5000", "unlimited", "10000.00 EUR\n999999.00 EUR", b" ", ("10000.00 EUR", "999999.00 EUR")]


@pytest.mark.parametrize("authority", AUTHORITIES, ids=[str(number) for number in range(len(AUTHORITIES))])
def test_authorities(company, directory, authority):
    """None of these is enough for anything: her manager is asked in her place."""
    directory.modify(replacing(LUCIA, "employeeType", *(authority if isinstance(authority, tuple) else (authority,))))
    company.run("import", INVOICES / "imprenta-del-sol-F26-0342.xml", now=FIRST)
    company.run("tick", now=FIRST)
    assert [approval["approver"] for approval in approvals(whole(company, PRINT))] == ["anna"]


MANAGERS = {
    "deep": ",".join(f"ou=x{number}" for number in range(300)) + f",{SUFFIX}",
    "herself": LUCIA,
    "the root": "dc=example",
    "a group": f"cn=finance,ou=groups,{SUFFIX}",
    "escaped": f"uid=\\00\\0d\\0a\\2c\\2b\\22,{PEOPLE}",
}


@pytest.mark.parametrize("manager", MANAGERS.values(), ids=MANAGERS.keys())
def test_managers(company, directory, smtp, manager):
    """What somebody's manager is said to be keeps no mail from them, and brings nobody in who is none."""
    directory.modify(replacing(LUCIA, "manager", manager))
    remind(company)
    assert {recipient for message in smtp.messages() for recipient in message.recipients} == {"lucia@voorbeeld.example"}
    for message in smtp.messages():
        is_in_order(message)
    assert company.records("list", "--stuck", now=LATER) == []


def test_thousands_of_values(company, directory, smtp):
    directory.modify(replacing(LUCIA, "mail", *(f"lucia{number}@voorbeeld.example" for number in range(5000)))
                     + replacing(LUCIA, "cn", *(f"Lucía {number}" for number in range(5000))))
    remind(company)
    to = {recipient for message in smtp.messages() for recipient in message.recipients}
    assert len(to) == 2 and "anna@voorbeeld.example" in to
    for message in smtp.messages():
        is_in_order(message)


def test_more_than_is_read(company, directory, smtp):
    """An entry of twenty megabytes breaks the line that it comes over: nobody knows of her, and everybody else is found, wherever they stand in the same batch."""
    directory.modify(replacing(LUCIA, "mail", *(f"{number}{'x' * MEGABYTE}@voorbeeld.example" for number in range(20))))
    company.run("import", INVOICES, now=FIRST)
    company.run("tick", now=FIRST, code=None)
    assert {to_whom(message) for message in smtp.messages()} == {"priya", "julien", "sanne", "mark"}
    assert not events(company, "invoice.stuck")


def test_more_than_is_read_among_others(directory):
    """The same where the questions are put together: only what would show her is unknown."""
    directory.modify(replacing(LUCIA, "mail", *(f"{number}{'x' * MEGABYTE}@voorbeeld.example" for number in range(20))))
    uids = ["anna", "pieter", "sanne", "thomas", "lucia", "priya", "mark", "julien", "karim", "joost", "nobody"]
    questions = [("user", uid) for uid in uids] + [("group", "controllers"), ("manager", LUCIA), ("manager", f"uid=anna,{PEOPLE}"), ("mail", "anna@voorbeeld.example")]
    with probing(settings(directory)) as probe:
        answers = probe.batch(questions)
        for question, answer in zip(questions, answers):
            assert answer["ok"] == (question not in (("user", "lucia"), ("manager", LUCIA))), (question, answer)
        assert [[person["uid"] for person in answer["people"]] for answer in answers[:4]] == [["anna"], ["pieter"], ["sanne"], ["thomas"]]
        assert answers[10]["people"] == []
