"""What the finance admins are told by mail: which invoices are stuck and which mails were refused; each fact once, gathered, in their working time."""
import pytest

from company import found
from scene import FIRST, events, notices, take, to_whom
from slapd import Slapd

# Femke works in Amsterdam and Julien in Paris (from 09:00 to 12:30 and from 14:00 to 18:00); slots are 09:00 and 14:00. FIRST is such a slot.
ADMINS = 'admin = [ "group(finance-admins)", "user(julien)" ];'
NEXT_SLOT, LATE_AFTERNOON, EVENING, NIGHT = "2026-12-01T13:00:00Z", "2026-12-01T16:00:00Z", "2026-12-01T19:00:00Z", "2026-12-01T23:30:00Z"
MORNING, WEDNESDAY, THURSDAY = "2026-12-02T07:59:00Z", "2026-12-02T08:00:00Z", "2026-12-03T08:00:00Z"
NOBODY = {"cost_centre": "IT-000"}  # holds no budget, and the chain has no fallback


@pytest.fixture
def company(akkoord, slapd, smtp):
    """The company with two admins."""
    found(akkoord, slapd, smtp.url, FIRST)
    settings = akkoord.config.read_text(encoding="utf-8")
    assert 'admin = "group(finance-admins)";' in settings
    akkoord.config.write_text(settings.replace('admin = "group(finance-admins)";', ADMINS), encoding="utf-8")
    return akkoord


def told(akkoord, smtp):
    return [to_whom(message) for message in notices(akkoord, smtp)]


def edit_policy(akkoord, now, old, new, count=1):
    text = akkoord.policy.read_text(encoding="utf-8")
    assert old in text
    akkoord.policy.write_text(text.replace(old, new, count), encoding="utf-8")
    akkoord.run("policy", "apply", akkoord.policy, now=now)


def test_each_admin_is_told_once(company, smtp):
    _, invoice = take(company, **NOBODY)
    for now in (FIRST, FIRST, NEXT_SLOT, WEDNESDAY, THURSDAY, "2026-12-10T13:00:00Z"):
        company.run("tick", now=now)
    assert told(company, smtp) == ["femke", "julien"]
    dutch, french = notices(company, smtp)
    assert dutch.subject == "Actie nodig: Drukkerij Vos, factuur A-1"
    assert french.subject == "Intervention nécessaire\u00a0: Drukkerij Vos, facture A-1"
    for message in (dutch, french):
        assert message.message.get_content_type() == "multipart/alternative"
        for part in ("text/plain", "text/html"):
            assert "budget holder" in message.part(part) and f"akkoord explain {invoice}" in message.part(part)
    company.run("audit", "verify")
    company.run("audit", "replay")


def test_told_again_when_stuck_anew(company, smtp):
    take(company, **NOBODY)
    company.run("tick", now=FIRST)
    edit_policy(company, NEXT_SLOT, 'need = "any"; within = "3bd"; before = [ "due-3bd" ];',
                'fallback = [ "group(finance)" ]; need = "any"; within = "3bd"; before = [ "due-3bd" ];')
    company.run("tick", now=NEXT_SLOT)
    assert company.records("list", "--stuck", now=NEXT_SLOT) == [] and len(told(company, smtp)) == 2
    edit_policy(company, LATE_AFTERNOON, '"group(controllers)" ]; fallback = [ "group(finance)" ];', '"group(nobody at all)" ];')
    [row] = company.records("list", now=LATE_AFTERNOON)
    company.run("approve", row["invoice"], "--as", "david", now=LATE_AFTERNOON)
    company.run("tick", now=LATE_AFTERNOON)
    assert len(company.records("list", "--stuck", now=LATE_AFTERNOON)) == 1 and len(told(company, smtp)) == 2, "not before the next slot"
    for now in (WEDNESDAY, THURSDAY):
        company.run("tick", now=now)
    assert told(company, smtp) == ["femke", "julien"] * 2
    assert "controller" in notices(company, smtp)[-1].part("text/plain")


def test_night_is_gathered_into_one_mail(company, smtp):
    for hour, now in enumerate((EVENING, NIGHT, MORNING)):
        take(company, now, number=f"N-{hour}", **NOBODY)
        company.run("tick", now=now)
    assert smtp.messages() == []
    company.run("tick", now=WEDNESDAY)
    assert told(company, smtp) == ["femke", "julien"]
    assert notices(company, smtp)[0].subject == "Actie nodig: 3 problemen, woensdag 2 december"
    assert all(f"N-{hour}" in message.part("text/plain") for message in notices(company, smtp) for hour in range(3))
    withdrawn = events(company, "message.withdrawn")
    assert len(withdrawn) == 4 and {event["data"]["why"] for event in withdrawn} == {"there-is-more"}
    assert company.records("audit", "replay")[0]["ok"] and company.records("audit", "verify")[0]["ok"]


def test_news_does_not_put_off_what_is_due(company, smtp):
    """No pass at the slot: what waited for it goes with what is new as soon as there is one, but not at night."""
    take(company, EVENING, number="old", **NOBODY)
    company.run("tick", now=EVENING)
    take(company, "2026-12-02T08:03:00Z", number="new", **NOBODY)
    company.run("tick", now="2026-12-02T08:03:00Z")
    assert told(company, smtp) == ["femke", "julien"]
    take(company, "2026-12-02T10:00:00Z", number="noon", **NOBODY)
    company.run("tick", now="2026-12-02T10:00:00Z")
    take(company, "2026-12-02T21:00:00Z", number="night", **NOBODY)
    for now in ("2026-12-02T21:00:00Z", "2026-12-03T07:29:00Z"):
        company.run("tick", now=now)
    assert len(told(company, smtp)) == 2
    company.run("tick", now="2026-12-03T07:30:00Z")
    company.run("tick", now=THURSDAY)
    assert told(company, smtp)[2:] == ["femke", "julien"]
    assert all("noon" in message.part("text/plain") and "night" in message.part("text/plain") for message in notices(company, smtp)[2:])


def test_what_holds_no_more_is_left_out_of_the_next(company, smtp):
    _, gone = take(company, EVENING, number="gone", **NOBODY)
    company.run("tick", now=EVENING)
    company.run("withdraw", gone, "--as", "femke", "--reason", "twice", now=NIGHT)
    take(company, NIGHT, number="stays", **NOBODY)
    company.run("tick", now=NIGHT)
    company.run("tick", now=WEDNESDAY)
    text = notices(company, smtp)[0].part("text/plain")
    assert "stays" in text and "gone" not in text


def test_at_most_one_mail_a_slot(company, smtp):
    """While one is under way nothing more goes with it, but not a word is lost."""
    take(company, number="first", **NOBODY)
    smtp.behave(rcpt={"femke@voorbeeld.example": "450 4.2.0 busy"}, times=1)
    company.run("tick", now=FIRST, code=None)
    take(company, "2026-12-01T08:01:00Z", number="second", **NOBODY)
    company.run("tick", now="2026-12-01T08:01:00Z", code=None)
    assert told(company, smtp) == ["julien"]
    for now in ("2026-12-01T09:00:00Z", "2026-12-01T12:30:00Z"):
        company.run("tick", now=now, code=None)
    assert told(company, smtp) == ["julien", "femke"]
    company.run("tick", now=NEXT_SLOT)
    assert told(company, smtp) == ["julien", "femke", "femke", "julien"]
    assert all("second" in message.part("text/plain") and "first" not in message.part("text/plain") for message in notices(company, smtp)[2:])


def test_refused_address(company, smtp):
    """The mail and the invite to one address are one line; the approver's admins hear of it, the approver does not."""
    take(company)
    smtp.behave(rcpt={"lucia@voorbeeld.example": "550 5.1.1 <script> no such user"})
    company.run("tick", now=FIRST, code=None)
    [*_, row] = events(company, "message.refused")
    assert len(events(company, "message.refused")) == 2 and row["side"]["reply"].startswith("550")
    for now in ("2026-12-01T08:05:00Z", NEXT_SLOT):
        company.run("tick", now=now, code=None)
    assert told(company, smtp) == ["femke", "julien"]
    femke = notices(company, smtp)[0]
    assert femke.subject == "Actie nodig: Mail aan Lucía García"
    assert femke.part("text/plain").count("lucia@voorbeeld.example>") == 1
    assert "550 5.1.1 <script> no such user" in femke.part("text/plain")
    assert "<script>" not in femke.part("text/html") and "&lt;script&gt;" in femke.part("text/html")
    company.run("tick", now="2026-12-01T13:05:00Z", code=None)
    assert len(told(company, smtp)) == 2


def test_refused_admins(company, smtp):
    """Nobody is told by mail of their own address; two that are refused do not have each other told of for ever."""
    take(company, **NOBODY)
    smtp.behave(rcpt={"*": "550 5.1.1 no such user"})
    for day in range(1, 11):
        for time in ("08:00", "13:00", "13:05"):
            company.run("tick", now=f"2026-12-{day:02}T{time}:00Z", code=None)
    assert len(events(company, "message.refused")) == 2
    smtp.behave()
    take(company, "2026-12-11T08:00:00Z", number="B-2", **NOBODY)
    company.run("tick", now="2026-12-11T08:00:00Z")
    femke, julien = notices(company, smtp)
    assert "julien@voorbeeld.example" in femke.part("text/plain") and "femke@voorbeeld.example" not in femke.part("text/plain")
    assert "femke@voorbeeld.example" in julien.part("text/plain") and "julien@voorbeeld.example" not in julien.part("text/plain")


def test_directory_away(akkoord, smtp, tmp_path):
    """Nobody is told on an answer that did not come; when it is back, they are."""
    directory = Slapd(tmp_path / "ldap")
    with directory:
        found(akkoord, directory, smtp.url, FIRST)
        take(akkoord, **NOBODY)
        settings = akkoord.config.read_text(encoding="utf-8")
        akkoord.config.write_text(settings.replace('admin = "group(finance-admins)";', 'admin = "user(nobody)";'), encoding="utf-8")
        akkoord.run("tick", now=FIRST)
        akkoord.config.write_text(settings, encoding="utf-8")
    akkoord.run("tick", now="2026-12-01T10:00:00Z", code=None)
    assert smtp.messages() == []
    with directory:
        akkoord.run("tick", now="2026-12-01T12:00:00Z")
        akkoord.run("tick", now=NEXT_SLOT)
    assert told(akkoord, smtp) == ["femke"]


def test_nobody_to_tell(company, smtp):
    """Without admins nothing fails; who is named later hears of what still holds."""
    settings = company.config.read_text(encoding="utf-8")
    company.config.write_text(settings.replace(ADMINS, ""), encoding="utf-8")
    take(company, **NOBODY)
    company.run("tick", now=FIRST)
    company.run("tick", now="2026-12-01T08:30:00Z")
    assert smtp.messages() == [] and events(company, "message.queued") == []
    company.config.write_text(settings, encoding="utf-8")
    company.run("tick", now=NEXT_SLOT)
    assert told(company, smtp) == ["femke", "julien"]


def test_many_are_one_mail(company, smtp):
    for number in range(60):
        take(company, number=f"M-{number}", **NOBODY)
    company.run("tick", now=FIRST)
    femke, _ = notices(company, smtp)
    assert femke.subject == "Actie nodig: 60 problemen, dinsdag 1 december"
    text = femke.part("text/plain")
    assert text.count("akkoord explain ") == 50 and "En nog 10 problemen" in text
    company.run("tick", now=NEXT_SLOT)
    assert len(told(company, smtp)) == 2
