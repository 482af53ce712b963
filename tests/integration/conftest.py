"""What all integration tests share: TAP for `make check`, private folders, the program, and servers that always end."""
import os

import pytest

from akkoord import Akkoord
from nasty import RETCODE_LINES, nasty_ldif
from probe import probing, settings
from slapd import Certificates, Slapd
from smtp_receiver import SmtpReceiver


class TapReporter:
    """One TAP line a test, on the descriptor that tests/integration/run opened."""

    def __init__(self, out):
        self.out, self.count = out, 0

    def say(self, line):
        print(line, file=self.out, flush=True)

    def pytest_collection_finish(self, session):
        self.say(f"1..{len(session.items)}")

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed" and report.when == "setup":
            self.result(report)
        elif report.outcome == "failed":
            self.say(f"Bail out! {report.nodeid}: cleaning up failed")

    def result(self, report):
        self.count += 1
        name = report.nodeid.replace("#", "")
        skipped = f" # SKIP {report.longrepr[2]}" if report.outcome == "skipped" else ""
        self.say(f"{'not ok' if report.outcome == 'failed' else 'ok'} {self.count} - {name}{skipped}")

    def pytest_collectreport(self, report):
        if report.failed:
            self.say(f"Bail out! {report.nodeid}: cannot be collected")


def pytest_configure(config):
    descriptor = os.environ.get("AKKOORD_TAP_FD")
    if descriptor:
        config.pluginmanager.register(TapReporter(os.fdopen(int(descriptor), "w", encoding="utf-8")))


@pytest.fixture
def akkoord(tmp_path):
    """The program with a folder of its own; every `serve` that the test started is ended."""
    program = Akkoord(tmp_path)
    try:
        yield program
    finally:
        program.stop_all()


@pytest.fixture
def smtp(tmp_path):
    """A running SMTP receiver, well behaved until told otherwise."""
    receiver = SmtpReceiver(tmp_path / "smtp")
    try:
        receiver.start()
        yield receiver
    finally:
        receiver.stop()


@pytest.fixture(scope="session")
def slapd(tmp_path_factory):
    """The demonstration company's directory; tests that change or stop it start their own."""
    with Slapd(tmp_path_factory.mktemp("ldap") / "slapd") as server:
        yield server


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """Of a private authority."""
    return Certificates(tmp_path_factory.mktemp("tls") / "ca")


@pytest.fixture(scope="session")
def server(tmp_path_factory, certificates):
    """The demonstration company's directory with everything nasty in it (nasty.py)."""
    folder = tmp_path_factory.mktemp("nasty")
    folder.chmod(0o755)
    with Slapd(folder / "slapd", nasty_ldif(), certificates, retcodes=RETCODE_LINES) as running:
        yield running


@pytest.fixture(scope="session")
def probe(server):
    """Asks that directory; for tests whose answers leave the connection as it was."""
    with probing(settings(server)) as running:
        yield running


@pytest.fixture
def own_server(tmp_path):
    """For tests that stop it."""
    with Slapd(tmp_path / "slapd") as running:
        yield running
