"""The daemon: takes in what is put into the watched folder, sends, stops in order, and reads its configuration anew or not at all."""
import os
import re
import shutil
import signal

import pytest

from akkoord import EX_CONFIG, EX_OK, EX_USAGE, wait_until
from company import INVOICES, found
from peer import Peer, mute, mute_after_bind
from scene import store

START = "2026-01-01T08:00:00Z"
LORRY = INVOICES / "hanse-logistik-R-20561.xml"


def always_at_work(policy):
    """Tests run at any hour: everyone works around the clock and mail goes at once."""
    for hours in ('"Mon-Fri 08:30-12:30", "Mon-Fri 13:00-17:30"', '"Mon-Thu 08:00-17:00", "Fri 08:00-15:00"',
                  '"Mon-Fri 09:00-12:30", "Mon-Fri 14:00-18:00"'):
        assert hours in policy
        policy = policy.replace(hours, '"Mon-Sun 00:00-24:00"')
    return policy.replace('slots = [ "09:00", "14:00" ];', "slots = [ ];")


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, START, always_at_work)
    return akkoord


def drop(akkoord, source, name="invoice.xml"):
    """Puts a file into the watched folder the way a careful program does: written beside, then renamed."""
    folder = akkoord.folder / "in"
    folder.mkdir(exist_ok=True)
    shutil.copy(source, folder / ".writing")
    os.rename(folder / ".writing", folder / name)


def ended(daemon):
    daemon.send_signal(signal.SIGTERM)
    return daemon.wait(20)


def serving(akkoord):
    """A daemon that watches its folders."""
    daemon = akkoord.serve()
    wait_until(lambda: "serving" in akkoord.serve_log(), what="the start")
    return daemon


def running(akkoord):
    """A daemon that has begun its work."""
    daemon = serving(akkoord)
    drop(akkoord, LORRY)
    wait_until(lambda: (akkoord.folder / "in/done").exists() and list((akkoord.folder / "in/done").iterdir()), what="the intake")
    assert daemon.poll() is None, akkoord.serve_log()
    return daemon


def test_intake_to_mail_and_stop(company, smtp):
    daemon = running(company)
    wait_until(lambda: len(smtp.messages()) >= 2, what="mail and invite")
    assert {message.recipients[0] for message in smtp.messages()} == {"sanne@voorbeeld.example"}
    assert ended(daemon) == EX_OK, company.serve_log()
    assert company.records("audit", "replay")[0]["ok"]


def test_wakeups_that_were_lost_are_found_at_the_start(company, smtp):
    """F4: an invoice, an approval and a calendar that nothing would ever look at again."""
    company.run("import", LORRY, now=START)
    forget_wakeups(company)
    company.run("tick")
    assert company.records("list")[0].get("stage") is None
    daemon = serving(company)
    wait_until(lambda: len(smtp.messages()) == 2, what="mail and invite")
    assert ended(daemon) == EX_OK, company.serve_log()
    [row] = company.records("list")
    company.run("withdraw", row["invoice"], "--reason", "a test")
    forget_wakeups(company)
    daemon = serving(company)
    wait_until(lambda: len(smtp.messages()) == 3, what="the cancellation")
    assert ended(daemon) == EX_OK, company.serve_log()


def forget_wakeups(akkoord):
    with store(akkoord) as connection:
        connection.execute("DELETE FROM wakeup")


def test_refused_file_is_set_aside_with_its_reason(company):
    daemon = running(company)
    bad = company.folder / "bad.xml"
    bad.write_text("<Order/>", encoding="ascii")
    drop(company, bad, "bad.xml")
    wait_until(lambda: (company.folder / "in/failed/bad.xml").exists(), what="the refusal")
    reason = wait_until(lambda: list((company.folder / "in/failed").glob("*.reason.txt")), what="the reason")
    assert reason[0].read_text(encoding="utf-8").strip()
    assert ended(daemon) == EX_OK


def test_half_written_files_wait(company):
    daemon = running(company)
    shutil.copy(LORRY, company.folder / "in/later.xml.part")
    shutil.copy(LORRY, company.folder / "in/.hidden.xml")
    drop(company, INVOICES / "cloudhaven-2026-1187.xml", "second.xml")
    wait_until(lambda: (company.folder / "in/done/second.xml").exists(), what="the second file")
    assert (company.folder / "in/later.xml.part").exists() and (company.folder / "in/.hidden.xml").exists()
    assert ended(daemon) == EX_OK


def test_reload_is_all_or_nothing(company):
    daemon = running(company)
    good = company.config.read_text(encoding="utf-8")
    company.config.write_text(good.replace("store =", "stroe ="), encoding="utf-8")
    daemon.send_signal(signal.SIGHUP)
    wait_until(lambda: "stroe" in company.serve_log(), what="the complaint")
    assert daemon.poll() is None
    other = company.folder / "other"
    other.mkdir()
    company.config.write_text(good.replace("/in\"", "/other\""), encoding="utf-8")
    daemon.send_signal(signal.SIGHUP)
    wait_until(lambda: "read anew" in company.serve_log(), what="the new configuration")
    shutil.copy(INVOICES / "werkplek-88213.xml", other / ".w")
    os.rename(other / ".w", other / "w.xml")
    wait_until(lambda: (other / "done/w.xml").exists(), what="the new folder's intake")
    assert ended(daemon) == EX_OK


def test_stops_while_the_mail_server_stalls(company, smtp):
    smtp.behave(after_dot="stall")
    text = company.config.read_text(encoding="utf-8")
    company.config.write_text(text.replace("mail = {", 'mail = { timeout = "4s";'), encoding="utf-8")
    daemon = serving(company)
    drop(company, LORRY)
    wait_until(smtp.messages, what="the message")
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(30) == EX_OK, "at the latest when the mail server's time is up"


@pytest.mark.parametrize("behave", [mute, mute_after_bind])
def test_stops_while_the_directory_hangs(company, behave):
    company.run("import", LORRY)
    with Peer(behave) as directory:
        text = company.config.read_text(encoding="utf-8")
        company.config.write_text(re.sub('ldap://[^"]*', directory.uri, text).replace('timeout = "5s"', 'timeout = "5min"'), encoding="utf-8")
        daemon = serving(company)
        wait_until(lambda: directory.accepted, what="the question")
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(60) == EX_OK, "without waiting for minutes"
    [row] = company.records("list")
    assert row.get("stage") is None and "stopping" in company.serve_log()
    assert company.records("audit", "replay")[0]["ok"]


@pytest.mark.parametrize("words, code", [(("--only", "cook"), EX_USAGE), (("now",), EX_USAGE)])
def test_wrong_call(company, words, code):
    daemon = company.serve(*words)
    assert daemon.wait(20) == code


def test_wrong_configuration_does_not_start(company):
    company.config.write_text("store = 5;", encoding="ascii")
    assert company.serve().wait(20) == EX_CONFIG
