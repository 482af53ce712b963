"""The daemon among others: the service manager it reports to, a second one on the same store, roles apart, and the signals that end it. (What it takes in and
sends is in test_serve.py.)"""
import os
import signal
import socket
import time

import pytest

from akkoord import EX_NOINPUT, EX_OK, EX_TEMPFAIL, EX_USAGE, wait_until
from company import found
from scene import UBL, USUAL, kind_of, to_whom, whole, write_invoice

# The daemon works by the clock: everyone works around it, and mail goes at once. The invoices are of the year after the policy, so that no due date matters.
LONG_AGO = "2026-01-01T08:00:00Z"
AROUND_THE_CLOCK = {'"Mon-Fri 08:30-12:30", "Mon-Fri 13:00-17:30"': '"Mon-Sun 00:00-24:00"', '"Mon-Thu 08:00-17:00", "Fri 08:00-15:00"': '"Mon-Sun 00:00-24:00"',
                    '"Mon-Fri 09:00-12:30", "Mon-Fri 14:00-18:00"': '"Mon-Sun 00:00-24:00"', 'slots = [ "09:00", "14:00" ];': "slots = [ ];"}


def always_at_work(policy):
    for usual, always in AROUND_THE_CLOCK.items():
        assert usual in policy
        policy = policy.replace(usual, always)
    return policy


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, LONG_AGO, always_at_work)
    return akkoord


def serving(akkoord, *words):
    """A daemon that has begun; SIGHUP makes it pass at once."""
    daemon = akkoord.serve(*words)
    number = len(akkoord.daemons)
    wait_until(lambda: "serving" in akkoord.serve_log(number) or daemon.poll() is not None, what="the start")
    assert daemon.poll() is None, akkoord.serve_log(number)
    return daemon


def add(akkoord, number):
    path = write_invoice(akkoord.folder / f"{number}.xml", number=number, due="2099-12-31")
    akkoord.run("import", path)


def ended(daemon, how=signal.SIGTERM):
    began = time.monotonic()
    daemon.send_signal(how)
    return daemon.wait(20), time.monotonic() - began


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stops_at_once(company, how):
    code, took_s = ended(serving(company), how)
    assert code == EX_OK and took_s < 2


def test_reports_to_the_service_manager(company):
    """sd_notify(3): ready, alive, reloading with its time, stopping."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        path = str(company.folder / "notify")
        manager.bind(path)
        manager.settimeout(20)
        company.environment = lambda kept=company.environment(): {**kept, "NOTIFY_SOCKET": path, "WATCHDOG_USEC": "2000000"}
        daemon = company.serve()

        def said(word):
            while True:
                lines = manager.recv(4096).decode().split("\n")
                if any(line.startswith(word) for line in lines):
                    return lines
        said("READY=1")
        said("WATCHDOG=1")
        daemon.send_signal(signal.SIGHUP)
        assert any(line.startswith("MONOTONIC_USEC=") for line in said("RELOADING=1"))
        said("READY=1")
        daemon.send_signal(signal.SIGTERM)
        said("STOPPING=1")
        assert daemon.wait(20) == EX_OK


def test_a_second_daemon_sends_nothing_twice_and_a_pass_by_hand_waits(company, smtp):
    both = [serving(company), serving(company)]
    add(company, "B-1")
    for daemon in both:
        daemon.send_signal(signal.SIGHUP)
    wait_until(lambda: len(smtp.messages()) >= 2, what="mail and invite")
    company.run("tick", code=EX_TEMPFAIL)
    for daemon in both:
        daemon.send_signal(signal.SIGHUP)
    assert [ended(daemon)[0] for daemon in both] == [EX_OK, EX_OK]
    company.run("tick")
    assert sorted((to_whom(message), kind_of(message)) for message in smtp.messages()) == [("lucia", "REQUEST"), ("lucia", "mail")]
    assert company.records("audit", "replay")[0]["ok"]


def test_roles_apart(company, smtp):
    """One takes in, one plans, one sends: each does its part and no other's."""
    (company.folder / "in").mkdir(exist_ok=True)
    intake = serving(company, "--only", "intake")
    partial = company.folder / "in/.x"
    write_invoice(partial, number="B-1", due="2099-12-31")
    os.rename(partial, company.folder / "in/x.xml")
    wait_until((company.folder / "in/done/x.xml").exists, what="the intake")
    assert ended(intake)[0] == EX_OK
    [row] = company.records("list")
    assert row["approvers"] == []
    scheduler = serving(company, "--only", "scheduler")
    wait_until(lambda: len(whole(company, row["invoice"], None)["messages"]) == 2, what="the plan")
    assert {message["state"] for message in whole(company, row["invoice"], None)["messages"]} == {"queued"}
    sender = serving(company, "--only", "sender")
    wait_until(lambda: len(smtp.messages()) == 2, what="the mails")
    assert ended(scheduler)[0] == EX_OK and ended(sender)[0] == EX_OK


def test_a_file_written_slowly_in_place_is_waited_for(company):
    """Somebody copies it into the folder bit by bit, with a pass after each: it is taken once, whole."""
    (company.folder / "in").mkdir(exist_ok=True)
    daemon = serving(company)
    text = UBL.format(**{**USUAL, "number": "B-1", "due": "2099-12-31"}).encode()
    for start in range(0, len(text), len(text) // 3 + 1):
        with open(company.folder / "in/slow.xml", "ab") as file:
            file.write(text[start:start + len(text) // 3 + 1])
        daemon.send_signal(signal.SIGHUP)
        time.sleep(0.5)
    wait_until((company.folder / "in/done/slow.xml").exists, what="the intake")
    assert not (company.folder / "in/failed").exists()
    assert [row["number"] for row in company.records("list")] == ["B-1"]
    assert ended(daemon)[0] == EX_OK


def test_files_that_keep_coming_put_no_pass_off(company):
    (company.folder / "in").mkdir(exist_ok=True)
    daemon = serving(company)
    began = time.monotonic()
    for number in range(80):
        partial = company.folder / "in/.x"
        write_invoice(partial, number=f"B-{number}", due="2099-12-31")
        os.rename(partial, company.folder / f"in/{number:03}.xml")
        if (company.folder / "in/done/000.xml").exists():
            break
        time.sleep(0.2)
    assert (company.folder / "in/done/000.xml").exists() and time.monotonic() - began < 15
    assert ended(daemon)[0] == EX_OK


def test_killed_and_started_again_it_goes_on(company, smtp):
    daemon = serving(company)
    add(company, "B-1")
    smtp.behave(after_dot="stall")
    daemon.send_signal(signal.SIGHUP)
    wait_until(smtp.messages, what="the first message")
    daemon.kill()
    daemon.wait(10)
    smtp.behave()
    smtp.clear()
    daemon = serving(company)
    wait_until(lambda: [kind_of(message) for message in smtp.messages()] == ["REQUEST"], what="the invite that waited")
    assert ended(daemon)[0] == EX_OK
    messages = whole(company, company.records("list")[0]["invoice"], None)["messages"]
    assert {message["kind"]: message["state"] for message in messages} == {"mail": "uncertain", "invite-request": "accepted"}


def test_a_folder_that_is_not_there(company):
    company.configure(company.config.read_text(encoding="utf-8").replace('/in"', '/nowhere"'))
    assert company.serve().wait(20) == EX_NOINPUT
    assert "nowhere" in company.serve_log()


@pytest.mark.parametrize("roles", ["", "intake,", "scheduler,cook", "Sender"])
def test_roles_that_there_are_not(company, roles):
    assert company.serve("--only", roles).wait(20) == EX_USAGE
    assert "scheduler, sender, intake or inbound" in company.serve_log()
