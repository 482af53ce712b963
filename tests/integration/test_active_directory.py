"""The directory against a real Active Directory domain controller: who is found, how one logs on, and what its refusals mean."""
import pytest

from probe import is_unknown, probing
from samba import COMMA, STAFF, SUFFIX, UMLAUT, Samba, name_of, why_not
from slapd import Certificates

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

BOSS = name_of("Boss", f"OU=Elsewhere,{SUFFIX}")
SERVICE = name_of("Akkoord", f"CN=Users,{SUFFIX}")


def settings(server, **changes):
    return {"uris": [server.tls_uri], "timeout_s": 20, "base_dn": SUFFIX, "ca_file": str(server.ca), "bind_method": "simple", "bind_dn": SERVICE,
            "bind_password_file": str(server.secret), "person_base": STAFF, "person_filter": "(&(objectCategory=person)(objectClass=user))",
            "person_id": "objectGUID", "person_uid": "sAMAccountName", "person_name": "displayName", "person_mail": "mail",
            "person_manager": "manager", "person_language": "preferredLanguage", "person_country": "c", "person_authority": "employeeType",
            "person_disabled": "(userAccountControl:1.2.840.113556.1.4.803:=2)", "person_expires": "accountExpires", "person_deputy": "secretary",
            "group_filter": "(&(objectClass=group)(sAMAccountName={name}))",
            "group_member": "member", "group_nested": "expand", **changes}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samba")
    with Samba(folder / "dc", Certificates(folder / "tls")) as running:
        yield running


@pytest.fixture(scope="module")
def probe(server):
    with probing(settings(server)) as running:
        yield running


# --- who is found ---

def test_person(probe):
    [jurgen] = probe.found("user", "jurgen")
    assert len(jurgen.pop("id")) == 36
    assert jurgen == {"uid": "jurgen", "dn": name_of(UMLAUT), "name": UMLAUT, "mail": "jurgen@voorbeeld.example", "language": "de",
                      "country": "DE", "manager": name_of(COMMA), "authority": "5000.00 EUR", "deputy_dn": name_of(COMMA), "disabled": False}


def test_person_by_mail(probe):
    assert probe.uids("mail", "ANNA@voorbeeld.example") == ["anna"]
    assert probe.uids("mail", "nobody@voorbeeld.example") == []
    assert probe.uids("mail", "boss@voorbeeld.example") == [], "outside the base of people"


@pytest.mark.parametrize("uid", ["nobody", "*", "ann*", "*)(sAMAccountName=*", "anna)(|(sAMAccountName=*", "\\2a", ""])
def test_nobody(probe, uid):
    assert probe.found("user", uid) == []


def test_found_again_by_guid_after_a_new_name_and_place(server, probe):
    [before] = probe.found("user", "mover")
    server.move(before["dn"], f"CN=Moved \\+ Renamed,OU=Moved,{STAFF}")
    [after] = probe.found("again", before["id"])
    assert after == {**before, "dn": f"CN=Moved \\+ Renamed,OU=Moved,{STAFF}"}
    assert probe.found("again", "00000000-0000-0000-0000-000000000000") == []


def test_manager_by_name(probe):
    [bea] = probe.found("user", "bea")
    assert bea["manager"] == BOSS
    assert probe.uids("manager", bea["manager"]) == ["boss"], "a manager outside the base is read by name"
    [anna] = probe.found("user", "anna")
    assert probe.uids("manager", anna["manager"]) == ["jurgen"]
    [jurgen] = probe.found("user", "jurgen")
    assert probe.uids("manager", jurgen["manager"]) == ["anna"]


def test_disabled(probe):
    assert [person["disabled"] for person in probe.found("user", "carl")] == [True]
    assert [person["disabled"] for person in probe.found("user", "anna")] == [False]


@pytest.mark.parametrize("uid, wanted", [("expired", True), ("later", False), ("never", False), ("zero", False)])
def test_expired_account_is_disabled(probe, uid, wanted):
    assert [person["disabled"] for person in probe.found("user", uid)] == [wanted]


def test_no_account_expires_without_the_setting(server):
    with probing(settings(server, person_expires=None)) as probe:
        assert [person["disabled"] for person in probe.found("user", "expired")] == [False]


def test_primary_address_of_several(server):
    with probing(settings(server, person_mail="proxyAddresses")) as probe:
        assert [person["mail"] for person in probe.found("user", "bea")] == ["bea.primary@voorbeeld.example"]
        for address in ("bea.primary@voorbeeld.example", "b@voorbeeld.example"):
            assert probe.uids("mail", address) == ["bea"], "by any of their addresses"
        for other in ("bea@sip.example", "bea@voorbeeld.example", "*"):
            assert probe.uids("mail", other) == []


def test_groups_in_groups_that_hold_each_other(server, probe):
    everybody = ["anna", "bea", "carl", "expired", "jurgen"]
    assert sorted(probe.uids("group", "staff")) == everybody
    assert sorted(probe.uids("group", "team")) == everybody
    with probing(settings(server, group_nested="off")) as flat:
        assert sorted(flat.uids("group", "staff")) == ["bea", "jurgen"]


def test_references_at_the_root_of_the_domain_are_not_followed(server):
    with probing(settings(server, person_base=SUFFIX)) as probe:
        assert probe.uids("user", "boss") == ["boss"]


# --- logging on ---

def test_password_with_tls_from_the_start_or_later(server):
    for uri, starttls in ((server.tls_uri, False), (server.uri, True)):
        with probing(settings(server, uris=[uri], starttls=starttls)) as probe:
            assert probe.uids("user", "anna") == ["anna"]


def test_password_in_the_clear_is_refused(server):
    with probing(settings(server, uris=[server.uri])) as probe:
        is_unknown(probe.ask("user", "anna"), "permanent")


def test_certificate_of_somebody_else(server, tmp_path):
    with probing(settings(server, ca_file=str(Certificates(tmp_path / "tls").other_ca))) as probe:
        is_unknown(probe.ask("user", "anna"))
