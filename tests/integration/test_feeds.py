"""Absences from calendars: files and https addresses, what they say, how they fail, and that a broken one is unknown and not "all present"."""
import re
import sqlite3

import pytest

from akkoord import EX_CONFIG, EX_DATAERR, EX_UNAVAILABLE, wait_until
from company import found
from scene import FIRST, events, kind_of, store, take, to_whom
from web_server import serving

# Later on the same Tuesday; the last is a slot again.
NOON, LATER, SLOT = "2026-12-01T11:00:00Z", "2026-12-01T11:20:00Z", "2026-12-01T13:00:00Z"
EVENT = "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\nATTENDEE:mailto:{mail}\r\nDTSTART;VALUE=DATE:{start}\r\nDTEND;VALUE=DATE:{end}\r\n{more}END:VEVENT\r\n"


def calendar(*people, start="20261201", end="20261205", more=""):
    """Those are away from the first day to that before the last."""
    found_events = "".join(EVENT.format(uid=number, mail=f"{uid.title()}@Voorbeeld.Example", start=start, end=end, more=more) for number, uid in enumerate(people))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{found_events}END:VCALENDAR\r\n"


def subscribe(akkoord, *sources, more=""):
    settings = akkoord.config.read_text(encoding="utf-8")
    listed = ", ".join(f'"{source}"' for source in sources)
    akkoord.configure(re.sub(r"\nabsences.*", "", settings) + f"\nabsences = [ {listed} ]; {more}\n")


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST, cache='fresh = "0s"; stale_ok = "7d"')
    return akkoord


@pytest.fixture
def web(certificates):
    with serving(certificates) as server:
        yield server


def subscribe_to(akkoord, web, certificates, *paths, timeout="20s"):
    subscribe(akkoord, *map(web.url, paths), more=f'absences_ca_file = "{certificates.ca}"; absences_timeout = "{timeout}";')


def away(akkoord, uid, now=NOON):
    """Until when that person is away, and who their deputy is; None."""
    [person] = akkoord.who(f"user({uid})", now=now)
    absent = person.get("absent")
    return absent and (absent["until"], absent.get("deputy"))


FRIDAY = "2026-12-04T23:00:00Z"


def feeds(akkoord):
    with store(akkoord) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM feed ORDER BY url")]


def test_a_file(company):
    file = company.folder / "away.ics"
    file.write_text(calendar("lucia", more="X-AKKOORD-DEPUTY:anna\r\n"), encoding="ascii")
    subscribe(company, "away.ics")
    company.run("tick", now=NOON)
    assert away(company, "lucia") == (FRIDAY, "anna") and away(company, "anna") is None
    file.write_text(calendar("anna", "lucia", end="20261203"), encoding="ascii")
    company.run("tick", now=NOON)
    assert away(company, "anna") == away(company, "lucia") == ("2026-12-02T23:00:00Z", None), "a file is read in every pass"
    file.write_text("BEGIN:VCALENDAR\r\n", encoding="ascii")
    company.run("tick", now=LATER)
    assert away(company, "anna", LATER) == ("2026-12-02T23:00:00Z", None), "what cannot be read says nothing else"
    assert "breaks off" in feeds(company)[0]["failure"]
    subscribe(company)
    company.run("tick", now=LATER)
    assert away(company, "anna", LATER) is None and feeds(company) == []
    company.run("audit", "replay", now=LATER)


def test_whole_days_are_those_of_the_person(company):
    (company.folder / "away.ics").write_text(calendar("anna", "julien"), encoding="ascii")
    subscribe(company, company.folder / "away.ics")
    company.run("tick", now=NOON)
    with store(company) as connection:
        assert connection.execute("SELECT DISTINCT civil FROM feed_absence").fetchall() == [(1,)]
    assert away(company, "anna") == (FRIDAY, None)


def test_https(company, web, certificates):
    web.says("/team.ics", calendar("lucia"), ETag='"1"')
    web.packs("/packed.ics", calendar("anna"))
    subscribe_to(company, web, certificates, "/team.ics", "/packed.ics")
    company.run("tick", now=NOON)
    assert away(company, "lucia") == away(company, "anna") == (FRIDAY, None)
    company.run("tick", now="2026-12-01T11:10:00Z")
    assert len(web.asked) == 2, "asked again only after a quarter of an hour"
    web.fails("/team.ics", 304)
    company.run("tick", now=LATER)
    assert [headers.get("If-None-Match") for path, headers in web.asked if path == "/team.ics"] == [None, '"1"']
    assert away(company, "lucia", LATER) == (FRIDAY, None)
    web.says("/team.ics", calendar())
    company.run("tick", now="2026-12-02T11:00:00Z")
    assert away(company, "lucia", "2026-12-02T11:00:00Z") is None
    assert "If-None-Match" not in web.asked[-1][1] or web.asked[-1][0] != "/team.ics", "what it says is worked out anew now and then"


def failures(web):
    text = calendar("lucia")
    web.fails("/missing", 410)
    web.fails("/error", 500)
    web.breaks_off("/broken", text)
    web.says("/other", "hello")
    web.says("/login", "<html>Log in</html>", content_type="text/html; charset=utf-8")
    web.fails("/plain", 302, location="http://127.0.0.1/away.ics")
    web.says("/large", "BEGIN:VCALENDAR\r\n" + "X-NOISE:" + "x" * (11 * 1024 * 1024))
    web.packs("/bomb", "BEGIN:VCALENDAR\r\n" + "X-NOISE:" + "x" * (11 * 1024 * 1024))
    return {"/missing": "answered 410", "/error": "answered 500", "/broken": "outstanding|closed|end of response", "/other": "not iCalendar", "/login": "web page",
            "/plain": "http", "/large": "larger than", "/bomb": "larger than"}


def test_every_failure_leaves_what_was_known(company, web, certificates):
    paths = failures(web)
    for path in paths:
        web.answers[path], paths[path] = web.answers[path], (paths[path], web.answers[path])
        web.says(path, calendar("lucia"))
    subscribe_to(company, web, certificates, *paths)
    company.run("tick", now=NOON)
    assert [row["failure"] for row in feeds(company)] == [None] * len(paths)
    for path, (_, answer) in paths.items():
        web.answers[path] = answer
    company.run("tick", now=LATER)
    for row in feeds(company):
        path = row["url"][row["url"].rindex("/"):]
        assert re.search(paths[path][0], row["failure"]), f"{path}: {row['failure']}"
        assert "127.0.0.1/" not in row["failure"].replace("http://127.0.0.1/", ""), "an address may be secret"
    with store(company) as connection:
        assert connection.execute("SELECT COUNT(*) FROM feed_absence").fetchone() == (len(paths),)
    assert away(company, "lucia", LATER) == (FRIDAY, None)
    [offline] = [record for record in company.records("check", now=LATER) if record.get("setting") == "absences" and "https" in str(record)][:1]
    assert "https://127.0.0.1/…" in str(offline) and "since Tue 2026-12-01 12:20" in str(offline)
    shown = company.run("check", "--online", now=LATER, code=None)
    assert shown.out.count("a calendar that can be read: https://127.0.0.1/…") + shown.err.count("a calendar that can be read: https://127.0.0.1/…") == len(paths)


@pytest.mark.parametrize("certificate", ["wrong_name", "expired"])
def test_a_wrong_certificate(company, certificates, certificate):
    with serving(certificates, certificate) as web:
        web.says("/team.ics", calendar("lucia"))
        subscribe_to(company, web, certificates, "/team.ics")
        company.run("tick", now=NOON)
        assert web.asked == [] and "certificate" in feeds(company)[0]["failure"]


def test_an_unknown_authority(company, web, certificates):
    web.says("/team.ics", calendar("lucia"))
    subscribe(company, web.url("/team.ics"), more=f'absences_ca_file = "{certificates.other_ca}";')
    company.run("tick", now=NOON)
    assert web.asked == [] and "certificate" in feeds(company)[0]["failure"]


def test_rungs_wait_while_nobody_knows_who_is_absent(company, web, certificates, smtp):
    """Never read: unknown, not "all present"; mended: it goes on."""
    web.fails("/team.ics", 500)
    subscribe_to(company, web, certificates, "/team.ics")
    take(company)
    company.run("tick", now=FIRST)
    company.run("tick", now=NOON)
    assert smtp.messages() == []
    web.says("/team.ics", calendar())
    company.run("tick", now="2026-12-01T12:00:00Z")
    company.run("tick", now="2026-12-01T13:30:00Z")
    assert [message for message in smtp.messages() if "Drukkerij Vos" in str(message.message["subject"])], "reminders go on"


def test_what_was_known_serves_for_a_week(company, web, certificates, smtp):
    web.says("/team.ics", calendar())
    subscribe_to(company, web, certificates, "/team.ics")
    company.run("tick", now=FIRST)
    web.fails("/team.ics", 500)
    take(company, now="2026-12-02T08:00:00Z")
    company.run("tick", now="2026-12-02T08:00:00Z")
    assert len(smtp.messages()) >= 1
    before = len(smtp.messages())
    company.run("tick", now="2026-12-10T08:30:00Z")
    assert len(smtp.messages()) == before, "after stale_ok rungs wait"
    web.says("/team.ics", calendar())
    company.run("tick", now="2026-12-10T09:00:00Z")
    company.run("tick", now="2026-12-10T13:30:00Z")
    assert len(smtp.messages()) > before


def test_how_long_it_serves_is_set(company, web, certificates, smtp):
    """As long as an answer of the directory would: `directory.cache.stale_ok`; what is read when it is due is never too old."""
    web.says("/team.ics", calendar(), **{"Cache-Control": "max-age=21000"})
    subscribe_to(company, web, certificates, "/team.ics")
    company.configure(company.config.read_text(encoding="utf-8").replace('stale_ok = "7d"', 'stale_ok = "1h"'))
    company.run("tick", now=FIRST)
    take(company, now=NOON)
    company.run("tick", now=NOON)
    company.run("tick", now=SLOT)
    assert len(web.asked) == 1 and len(smtp.messages()) >= 1, "it said itself that it is fresh until later"
    web.fails("/team.ics", 500)
    before = len(smtp.messages())
    company.run("tick", now="2026-12-02T13:30:00Z")
    assert len(smtp.messages()) == before, "after an hour nobody knows"


def notices(smtp):
    """Those that tell an admin of the calendar."""
    return [to_whom(message) for message in smtp.messages() if "calend" in str(message.message["subject"]).lower() or "kalender" in str(message.message["subject"]).lower()]


def test_admins_hear_of_one_that_cannot_be_read_once(company, web, certificates, smtp):
    web.says("/team.ics", calendar())
    subscribe_to(company, web, certificates, "/team.ics")
    company.run("tick", now=FIRST)
    web.fails("/team.ics", 500)
    for now in ("08:20", "08:40", "09:00", "09:19"):
        company.run("tick", now=f"2026-12-01T{now}:00Z")
    assert not events(company, "calendar.silent") and not notices(smtp), "not before an hour has gone by"
    for now in ("2026-12-01T09:20:00Z", "2026-12-01T10:00:00Z", SLOT, "2026-12-01T13:20:00Z", "2026-12-02T08:00:00Z", "2026-12-02T13:00:00Z"):
        company.run("tick", now=now)
    [silent] = events(company, "calendar.silent")
    assert silent["data"]["since"] == "2026-12-01T08:20:00Z" and silent["side"] == {"label": "https://127.0.0.1/…"} and "team.ics" not in str(silent)
    assert notices(smtp) == ["femke"]
    web.says("/team.ics", calendar())
    company.run("tick", now="2026-12-02T14:00:00Z")
    web.fails("/team.ics", 500)
    for now in ("2026-12-02T14:20:00Z", "2026-12-02T15:20:00Z", "2026-12-03T08:00:00Z"):
        company.run("tick", now=now)
    assert len(events(company, "calendar.answers")) == 1 and len(events(company, "calendar.silent")) == 2 and notices(smtp) == ["femke", "femke"]
    subscribe(company)
    company.run("tick", now="2026-12-03T09:00:00Z")
    assert len(events(company, "calendar.answers")) == 2, "one that is read no more fails no more"
    company.run("audit", "replay", now=SLOT)


def test_one_that_hangs_delays_nothing(company, web, certificates, smtp):
    web.says("/team.ics", calendar())
    web.says("/good.ics", calendar())
    subscribe_to(company, web, certificates, "/team.ics", "/good.ics", timeout="3s")
    company.run("tick", now=NOON)
    web.hangs("/team.ics")
    web.says("/good.ics", calendar("anna"))
    take(company, now=SLOT)
    company.run("tick", now=SLOT)
    assert smtp.messages(), "what is due goes in the same pass"
    assert [row["failure"] is None for row in feeds(company)] == [True, False], "and the process waits at its end, as long as its timeout says"
    assert away(company, "anna", SLOT) == (FRIDAY, None)


def test_the_daemon_fetches_and_goes_on(company, web, certificates):
    web.hangs("/hangs.ics")
    web.says("/team.ics", calendar("lucia", start="20200101", end="20991231"))
    subscribe_to(company, web, certificates, "/team.ics", "/hangs.ics", timeout="2s")
    daemon = company.serve()
    wait_until(lambda: [row["failure"] is None for row in feeds(company)] == [False, True], 40, "each of them read or given up")
    assert daemon.poll() is None


@pytest.mark.parametrize("source", ["http://example.com/a.ics", "https://me:secret@example.com/a.ics", "ftp://example.com/a.ics", "https:///a.ics"])
def test_refused_addresses(company, source):
    subscribe(company, source)
    assert "absences" in company.run("tick", now=NOON, code=EX_CONFIG).err


def test_webcal_is_https(company):
    subscribe(company, "webcal://127.0.0.1:9/team.ics", more='absences_timeout = "1s";')
    company.run("tick", now=NOON)
    [row] = feeds(company)
    assert row["url"] == "https://127.0.0.1:9/team.ics" and row["failure"]
    assert company.run("check", "--online", now=NOON, code=EX_UNAVAILABLE)


def test_an_absence_of_ones_own_says_who_stands_in(company):
    (company.folder / "away.ics").write_text(calendar("lucia", more="X-AKKOORD-DEPUTY:lucia\r\n"), encoding="ascii")
    subscribe(company, "away.ics")
    company.run("tick", now=NOON)
    assert away(company, "lucia") == (FRIDAY, None), "nobody stands in for themselves"
    company.run("absence", "set", "lucia", "--from", "2026-12-02", "--until", "2026-12-03", "--deputy", "anna", "--as", "lucia", now=NOON)
    assert away(company, "lucia") == (FRIDAY, "anna")


def test_listed_beside_those_on_record(company):
    file = company.folder / "away.ics"
    file.write_text(calendar("lucia", more="X-AKKOORD-DEPUTY:anna\r\n") + "", encoding="ascii")
    subscribe(company, "away.ics")
    company.run("tick", now=NOON)
    company.run("absence", "set", "anna", "--from", "2026-11-30", "--until", "2026-12-03", "--as", "anna", "--reason", "skiing", now=NOON)
    rows = [(row["person"], row["from"], row["until"], row.get("deputy"), row.get("source"), "absence" in row) for row in company.records("absence", "list", now=NOON)]
    lucia = ("lucia", "2026-11-30T23:00:00Z", FRIDAY, "anna", str(file), False)
    assert [row[0] for row in rows] == ["anna", "lucia@voorbeeld.example"], "by their beginning; whom the record does not know is called by the address"
    assert rows[1][1:] == lucia[1:] and rows[0][4:] == (None, True)
    company.run("absence", "set", "lucia", "--from", "2026-12-20", "--until", "2026-12-20", "--as", "lucia", now=NOON)
    assert lucia in [(row["person"], row["from"], row["until"], row.get("deputy"), row.get("source"), "absence" in row)
                     for row in company.records("absence", "list", "LUCIA", now=NOON)]
    shown = company.run("absence", "list", now=NOON).out
    assert str(file) in shown and "skiing" in shown
    after = "2026-12-05T08:00:00Z"
    assert [row["person"] for row in company.records("absence", "list", now=after)] == ["lucia"]
    assert [row["person"] for row in company.records("absence", "list", "--all", now=after)] == ["anna", "lucia", "lucia"]
    company.run("absence", "clear", "lucia", "--as", "lucia", now=NOON)
    assert "a calendar says" in company.run("absence", "clear", "lucia", "--as", "lucia", now=NOON, code=EX_DATAERR).err


def test_a_return_is_told_of_once(company, smtp):
    """Also where only a calendar knew of the absence, and that is read again and again; of one that was over before it was known nobody is told."""
    file = company.folder / "away.ics"
    file.write_text(calendar("lucia", end="20261203", more="X-AKKOORD-DEPUTY:anna\r\n"), encoding="ascii")
    subscribe(company, "away.ics")
    take(company, now=FIRST)
    for now in (FIRST, NOON, SLOT, "2026-12-03T07:30:00Z", "2026-12-03T08:00:00Z", "2026-12-03T13:00:00Z"):
        company.run("tick", now=now)
    file.write_text(calendar("lucia", "anna", end="20261203", more="X-AKKOORD-DEPUTY:julien\r\n"), encoding="ascii")
    for now in ("2026-12-04T08:00:00Z", "2026-12-07T08:00:00Z"):
        company.run("tick", now=now)
    queued = [event for event in events(company, "message.queued") if event["data"]["kind"] == "return"]
    assert [(event["side"]["to"], event["at"]) for event in queued] == [("lucia@voorbeeld.example", "2026-12-03T08:00:00Z")]
    company.run("audit", "replay", now=SLOT)


def asked(smtp, since):
    """Who was reminded by mail since so many messages."""
    return {message.recipients[0].split("@")[0] for message in smtp.messages()[since:] if kind_of(message) == "mail"}


def test_whoever_a_calendar_says_is_away_has_a_deputy(company, web, certificates, smtp):
    web.says("/team.ics", calendar())
    subscribe_to(company, web, certificates, "/team.ics")
    company.run("tick", now=FIRST)
    take(company)
    company.run("tick", now=FIRST)
    assert asked(smtp, 0) == {"lucia"}
    before = len(smtp.messages())
    web.says("/team.ics", calendar("lucia", end="20261231", more="X-AKKOORD-DEPUTY:anna\r\n"))
    company.run("tick", now=NOON)
    company.run("tick", now=SLOT)
    assert asked(smtp, before) == {"anna"}, "what is open counts too"
    web.fails("/team.ics", 500)
    before = len(smtp.messages())
    for day in range(2, 5):
        company.run("tick", now=f"2026-12-0{day}T08:00:00Z")
        company.run("tick", now=f"2026-12-0{day}T13:00:00Z")
    assert "lucia" not in asked(smtp, before), "a calendar that breaks changes nothing"
    company.run("audit", "replay", now=SLOT)
