"""What a real server says that is no answer: "unknown", and never "nobody"."""
import pytest

from nasty import retcode_name
from probe import is_unknown, probing, settings


@pytest.mark.parametrize("name", ["timelimit", "sizelimit", "adminlimit", "busy", "unavailable", "loop", "other"])
def test_not_now(probe, name):
    assert retcode_name(name) not in is_unknown(probe.ask("manager", retcode_name(name)))["message"]
    assert probe.uids("user", "anna") == ["anna"]


@pytest.mark.parametrize("name", ["noaccess", "unwilling"])
def test_refused(probe, name):
    is_unknown(probe.ask("manager", retcode_name(name)), "permanent")


def test_no_such_entry(probe):
    assert probe.found("manager", retcode_name("notfound")) == []


def test_elsewhere_is_unknown(probe):
    """A name that another server would know: a referral, not "nobody"."""
    is_unknown(probe.ask("manager", "uid=anna,dc=elsewhere,dc=example"))


def test_slow_search(server):
    with probing(settings(server, timeout_s=1)) as probe:
        assert "no answer in time" in is_unknown(probe.ask("manager", retcode_name("slow")), timeout_s=1)["message"]
        assert probe.uids("user", "anna") == ["anna"]
