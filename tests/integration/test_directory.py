"""Who is found in a real directory: people, lookups, managers, and the trace of it. Asked through directory_probe."""
import pytest

from nasty import COMMA, CROWD, UMLAUT, nasty_name
from probe import is_unknown, probing, settings
from slapd import SUFFIX


# --- who is found ---

def test_person(probe):
    [lucia] = probe.found("user", "lucia")
    assert len(lucia.pop("id")) == 36
    assert lucia == {"uid": "lucia", "dn": f"uid=lucia,ou=people,{SUFFIX}", "name": "Luc\u00eda Garc\u00eda", "mail": "lucia@voorbeeld.example",
                     "language": "es, en", "country": "ES", "manager": f"uid=anna,ou=people,{SUFFIX}", "authority": "10000.00 EUR", "disabled": False}


def test_person_by_mail_and_again(probe):
    [anna] = probe.found("mail", "ANNA@voorbeeld.example")
    assert anna["uid"] == "anna" and "manager" not in anna and "authority" not in anna
    assert probe.found("again", anna["id"]) == [anna]
    assert probe.found("again", "00000000-0000-0000-0000-000000000000") == []
    assert probe.found("again", "mail:anna@voorbeeld.example") == []


@pytest.mark.parametrize("uid", ["nobody", "*", "ann*", "*)(uid=*", "anna)(|(uid=*", "\\2a", "", pytest.param("\u00fc" * 5000, id="long")])
def test_nobody(probe, uid):
    assert probe.found("user", uid) == []


def test_odd_uid(probe):
    assert probe.uids("user", "st*r") == ["st*r"]


def test_disabled_and_without_mail(probe):
    assert [person["disabled"] for person in probe.found("user", "joost")] == [True]
    assert [person["disabled"] for person in probe.found("user", "left")] == [True]
    [karim] = probe.found("user", "karim")
    assert "mail" not in karim and not karim["disabled"]


def test_disabled_costs_one_search(probe):
    assert len(probe.ask("lookup", "department", department="7")["trace"]) == 2
    assert len(probe.ask("user", "nobody")["trace"]) == 1


def test_nobody_is_disabled_without_the_setting(server):
    wanted = settings(server)
    del wanted["person_disabled"]
    with probing(wanted) as probe:
        assert [person["disabled"] for person in probe.found("user", "joost")] == [False]


def test_attributes_of_ones_own(server):
    with probing(settings(server, person_name="TITLE", person_authority="departmentNumber", person_id="uid", person_country=None)) as probe:
        [comma] = probe.found("user", "comma")
        assert comma["id"] == comma["uid"] == "comma" and comma["name"] == "Board"


@pytest.mark.parametrize("uid,languages", [("reads-sv-nl", "sv, nl"), ("reads-zh-de", "zh, de"), ("reads-any", "fr"), ("reads-not-nl", "en"), ("reads-nothing", None)])
def test_languages(probe, uid, languages):
    [person] = probe.found("user", uid)
    assert person.get("language") == languages


def test_languages_in_several_values(server):
    with probing(settings(server, person_language="employeeType")) as probe:
        assert sorted(probe.found("user", "two-values")[0]["language"].split(", ")) == ["eur", "nl", "sv"]


@pytest.mark.parametrize("uid,country", [("reads-sv-nl", "NL"), ("reads-zh-de", None), ("anna", "NL")])
def test_countries(probe, uid, country):
    """Two letters; a country's name is none."""
    [person] = probe.found("user", uid)
    assert person.get("country") == country


@pytest.mark.parametrize("uid,authority", [("reads-sv-nl", "5000"), ("reads-zh-de", "5.000,00 EUR"), ("reads-any", "EUR 5000"), ("two-values", "(several)"),
                                           ("reads-not-nl", "(unreadable)"), ("stays", None)])
def test_authority(probe, uid, authority):
    """Whatever stands there is never "none stated"."""
    [person] = probe.found("user", uid)
    assert person.get("authority") == authority


def test_entries_without_the_id(server):
    with probing(settings(server, person_id="employeeNumber")) as probe:
        answer = is_unknown(probe.ask("user", "anna"), "config")
        assert "employeeNumber" in answer["message"]


# --- lookups ---

@pytest.mark.parametrize("cost_centre,uids", [("IT-100", ["priya"]), ("it-100", ["priya"]), ("OPS-400", ["joost"]), ("BookingCode003", ["lucia"]),
                                              ("XX-1", []), ("*", []), ("*)(uid=*", []), ("IT-100)(ou=*", []), ("IT-1*", [])])
def test_lookup(probe, cost_centre, uids):
    assert probe.uids("lookup", "budget_holder", cost_centre=cost_centre) == uids


def test_lookup_of_people(probe):
    assert probe.uids("lookup", "by_supplier", supplier="anna") == ["anna"]
    assert probe.uids("lookup", "by_supplier", supplier="*)(uid=*") == []
    assert [(person["uid"], person["disabled"]) for person in probe.found("lookup", "department", department="7")] == [
        ("left", True), ("stays", False)]


def test_lookup_that_points_to_a_group(probe):
    assert probe.uids("lookup", "by_group") == ["own-boss", "stays", "orphan"]


def test_lookup_pages(probe):
    """More than the server gives at once: 500 a page."""
    people = probe.found("lookup", "department", department="crowd")
    assert len({person["id"] for person in people}) == CROWD
    assert [person["uid"] for person in people if person["disabled"]] == ["c0007"]


def test_lookup_over_the_limit(server):
    with probing(settings(server, bind_dn=f"cn=limited,ou=services,{SUFFIX}")) as probe:
        is_unknown(probe.ask("lookup", "department", department="crowd"))
        assert probe.uids("lookup", "department", department="7") == ["left", "stays"]


def test_lookup_errors(probe):
    assert "cost_centre" in is_unknown(probe.ask("lookup", "budget_holder", order="1"), "not found")["message"]
    assert "bad_template" in is_unknown(probe.ask("lookup", "bad_template", cost="1"), "config")["message"]
    is_unknown(probe.ask("lookup", "bad_filter"), "config")
    assert "none_such" in is_unknown(probe.ask("lookup", "none_such"), "config")["message"]
    is_unknown(probe.ask("lookup", "no_base"), "permanent")
    assert "eferral" in is_unknown(probe.ask("lookup", "elsewhere"))["message"]
    assert probe.uids("user", "anna") == ["anna"]


# --- managers ---

def test_managers(probe):
    def manager(uid):
        [person] = probe.found("user", uid)
        return probe.uids("manager", person.get("manager", ""))
    assert manager("priya") == ["mark"]
    assert manager("anna") == []
    assert manager("umlaut") == ["comma"]
    assert manager("below-umlaut") == ["umlaut"]
    assert (manager("loop-a"), manager("loop-b"), manager("own-boss")) == (["loop-b"], ["loop-a"], ["own-boss"])
    assert manager("orphan") == []
    assert manager("below-a-group") == []


def test_manager_names(probe):
    assert probe.uids("manager", COMMA) == ["comma"]
    assert probe.uids("manager", UMLAUT.upper()) == ["umlaut"]
    for name in ("", "anna", "*)(uid=*", "uid=anna,,", "no=such,type=here"):
        assert probe.uids("manager", name) == []


# --- the trace ---

def test_trace(probe):
    probe.ask("ping")
    assert probe.ask("user", "anna")["trace"][0] == f"searched|people|(&(objectClass=inetOrgPerson)(uid=anna))|{SUFFIX}|1"
    assert probe.ask("user", "*")["trace"] == [f"searched|people|(&(objectClass=inetOrgPerson)(uid=\\\\2A))|{SUFFIX}|0"]
    assert probe.ask("group", "nobody here")["trace"] == [f"searched|group|(cn=nobody here)|{SUFFIX}|0"]
    assert "|lookup|" in probe.ask("lookup", "no_base")["trace"][0]
    assert probe.ask("manager", "anna")["trace"] == ["bad-manager|anna"]
    assert nasty_name("uid=gone") in probe.ask("manager", nasty_name("uid=gone"))["trace"][0]
