"""The directory against a real Active Directory domain controller: who is found, how one logs on, and what its refusals mean."""
import contextlib
import socket

import pytest

from akkoord import Akkoord, free_port
from company import DEMO, found
from probe import is_unknown, probing
from samba import ACCOUNT, COMMA, REALM, STAFF, SUFFIX, UMLAUT, Samba, name_of, why_not
from scene import FIRST, approvals, take, whole
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
    with probing(settings(server, group_nested="in-chain")) as chain:
        assert sorted(chain.uids("group", "staff")) == everybody
        assert sorted(chain.uids("group", "team")) == everybody
        assert chain.uids("group", "no such group") == []
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
        answer = is_unknown(probe.ask("user", "anna"), "permanent")
        assert "the server wants it encrypted: ldaps://" in answer["message"]


def why_refused(server, uid, secret):
    with probing(settings(server, bind_dn=f"{uid}@{REALM}", bind_password_file=str(secret))) as probe:
        return is_unknown(probe.ask("user", "anna"), "permanent")["message"]


@pytest.mark.parametrize("uid, meaning", [("carl", "the account is disabled"), ("expired", "the account has expired"),
                                          ("change", "the password must be changed first")])
def test_account_that_may_not_log_on(server, uid, meaning):
    assert f"bind as {uid}@{REALM}: Invalid credentials: {meaning} (80090308" in why_refused(server, uid, server.secret)


def test_wrong_password_until_the_account_is_locked(server, tmp_path):
    wrong = tmp_path / "wrong.secret"
    wrong.write_text("not it")
    for _ in range(3):
        assert "the password is wrong" in why_refused(server, "locked", wrong)
    assert "the account is locked out" in why_refused(server, "locked", server.secret)


def test_name_at_domain_instead_of_a_dn(server):
    with probing(settings(server, bind_dn=ACCOUNT)) as probe:
        assert probe.uids("user", "anna") == ["anna"]


def test_certificate_of_somebody_else(server, tmp_path):
    with probing(settings(server, ca_file=str(Certificates(tmp_path / "tls").other_ca))) as probe:
        is_unknown(probe.ask("user", "anna"))


# --- Kerberos ---

@contextlib.contextmanager
def mute():
    """A port that takes what is sent there, and says nothing."""
    with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        stream.bind(("127.0.0.1", 0))
        stream.listen()
        datagrams.bind(stream.getsockname())
        yield stream.getsockname()[1]


def with_kerberos(server, **changes):
    return settings(server, **{"bind_method": "gssapi", "bind_dn": None, "bind_password_file": None, "bind_keytab": str(server.keytab),
                               "bind_principal": ACCOUNT, **changes})


def refused(server, *says, kind="permanent", environment=None, **changes):
    """The words of a refusal, after one question and a second one to see that it stays so."""
    with probing(with_kerberos(server, **changes), **{**server.environment, **(environment or {})}) as probe:
        answer = is_unknown(probe.ask("user", "anna"), kind)
        assert all(word in answer["message"] for word in says), answer["message"]
        is_unknown(probe.ask("user", "anna"), kind)


@pytest.mark.parametrize("tls", ["signed and encrypted by the ticket", "from the start", "later"])
def test_keytab(server, tls):
    uri = server.tls_uri if tls == "from the start" else server.uri
    with probing(with_kerberos(server, uris=[uri], starttls=tls == "later"), **server.environment) as probe:
        assert probe.uids("user", "anna") == ["anna"]
        assert sorted(probe.uids("group", "staff")) == ["anna", "bea", "carl", "expired", "jurgen"]


def test_keytab_with_the_account_left_to_it(server):
    with probing(with_kerberos(server, bind_principal=None), **server.environment) as probe:
        assert probe.uids("user", "anna") == ["anna"]


def test_ticket_that_is_there_already(server, tmp_path):
    cache = {"KRB5CCNAME": f"FILE:{tmp_path / 'cache'}"}
    server.kinit(tmp_path / "cache")
    with probing(with_kerberos(server, bind_keytab=None), **server.environment, **cache) as probe:
        assert probe.uids("user", "anna") == ["anna"]


def test_no_ticket_and_no_keytab(server, tmp_path):
    refused(server, "there is no ticket", environment={"KRB5CCNAME": f"FILE:{tmp_path / 'none'}"}, bind_keytab=None, bind_principal=None)


def test_library_without_the_mechanism(server, tmp_path):
    refused(server, "is libsasl2-modules-gssapi-mit installed?", kind="config", environment={"SASL_PATH": str(tmp_path)})


def test_keytab_of_somebody_else(server):
    refused(server, "keytab", bind_principal=f"anna@{REALM}")


def test_server_that_kerberos_does_not_know(server):
    first, second, third, last = server.address.split(".")
    other_name = f"{first}.{second}.{int(third) * 256 + int(last)}"
    refused(server, "does not know the directory server by this name", uris=[f"ldap://{other_name}"])


@pytest.mark.parametrize("uid, meaning", [("carl", "the account is disabled, locked out or expired"), ("change", "the account's password has expired or must be changed"),
                                          ("expired", "expired"), ("stale", "was its password changed?"), ("nobody", "keytab")])
def test_keys_of_an_account_that_may_not_log_on(server, uid, meaning):
    refused(server, meaning, f"as {uid}@{REALM}", bind_keytab=str(server.all_keys), bind_principal=f"{uid}@{REALM}")


def test_keys_of_one_account_among_many(server):
    with probing(with_kerberos(server, bind_keytab=str(server.all_keys)), **server.environment) as probe:
        assert probe.uids("user", "anna") == ["anna"]


def test_kerberos_server_gone(server):
    gone = {"KRB5_CONFIG": str(server.kerberos("gone.conf", f"127.0.0.1:{free_port()}"))}
    refused(server, "no Kerberos server answers", kind="unavailable", environment=gone)


def test_kerberos_server_that_says_nothing(server):
    with mute() as port, probing(with_kerberos(server, timeout_s=2), KRB5_CONFIG=str(server.kerberos("mute.conf", f"127.0.0.1:{port}"))) as probe:
        answer = is_unknown(probe.ask("user", "anna"), timeout_s=2)
        assert "no answer in time from the Kerberos servers" in answer["message"]
        is_unknown(probe.ask("user", "anna"), timeout_s=2)


def test_logs_on_again_where_the_server_was_away(server):
    with probing(with_kerberos(server), **server.environment) as probe:
        assert probe.uids("user", "anna") == ["anna"]
        server.stop()
        server.start()
        assert probe.uids("user", "anna") == ["anna"]


# --- the whole program ---

PROGRAM_SETTINGS = """
organisation = {{ name = "Voorbeeld BV"; language = "nl"; country = "NL"; currency = "EUR"; }};
store = "sqlite:{folder}/akkoord.db";
directory = {{
  uri = [ "{uri}" ]; base = "{suffix}";
  bind = {{ method = "gssapi"; keytab = "{keytab}"; principal = "{account}"; }};
  person = {{ base = "{staff}"; filter = "(&(objectCategory=person)(objectClass=user))"; id = "objectGUID"; uid = "sAMAccountName"; name = "displayName";
             disabled = "(userAccountControl:1.2.840.113556.1.4.803:=2)"; expires = "accountExpires"; }};
  group = {{ filter = "(&(objectClass=group)(sAMAccountName={{name}}))"; }};
  lookups = ( {{ name = "budget_holder"; filter = "(&(objectClass=organizationalUnit)(ou={{cost_centre}}))"; attribute = "managedBy"; }} );
  timeout = "20s";
}};
mail = {{ transport = "maildir:{folder}/mail"; from = "Akkoord <akkoord@voorbeeld.example>"; }};
roles = {{ admin = "group(staff)"; auditor = "group(staff)"; }};
"""


@pytest.fixture(scope="module")
def program(server, tmp_path_factory):
    """Akkoord with this directory, by Kerberos, and an invoice of the cost centre that Jürgen manages."""
    akkoord = Akkoord(tmp_path_factory.mktemp("program"))
    akkoord.more_environment = server.environment
    config, akkoord.config = akkoord.config, akkoord.folder / "start/akkoord.conf"
    akkoord.run("init", "--state", akkoord.folder, now=FIRST)
    akkoord.config = config
    policy = (DEMO / "policy.conf").read_text(encoding="utf-8").replace("group(finance)", "group(staff)").replace("group(controllers)", "group(team)")
    (akkoord.folder / "rates.csv").write_text((DEMO / "rates.csv").read_text(encoding="ascii"), encoding="ascii")
    akkoord.configure(PROGRAM_SETTINGS.format(folder=akkoord.folder, uri=server.uri, suffix=SUFFIX, staff=STAFF, keytab=server.keytab, account=ACCOUNT), policy)
    akkoord.run("policy", "apply", akkoord.policy, now=FIRST)
    akkoord.invoice = take(akkoord)[1]
    akkoord.run("tick", now=FIRST)
    return akkoord


def test_invoice_reaches_the_manager_of_its_cost_centre(program):
    assert [approval["approver"] for approval in approvals(whole(program, program.invoice))] == ["jurgen"]


def test_who(program):
    assert sorted(person["uid"] for person in program.who("group(staff)", now=FIRST)) == ["anna", "bea", "carl", "expired", "jurgen"]
    assert [person["uid"] for person in program.who("manager(user(bea))", now=FIRST)] == ["boss"]


def test_check_online(program):
    said = program.run("check", "--online", now=FIRST).out
    assert "error" not in said
    assert "directory.person.manager: wanted a line of managers that ends: it goes in a circle through anna and jurgen" in said


def test_settings_that_were_meant_for_openldap(akkoord, server, slapd):
    """Everything but the address is OpenLDAP's: what such a server has not is said, and nobody is called stuck."""
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    (akkoord.folder / "ldap.secret").write_text(server.secret.read_text(encoding="ascii"), encoding="ascii")
    config = akkoord.config.read_text(encoding="utf-8")
    for old, new in ((slapd.uri, server.tls_uri), ('base = "dc=voorbeeld,dc=example";', f'base = "{SUFFIX}"; ca_file = "{server.ca}";'),
                     ("cn=akkoord,ou=services,dc=voorbeeld,dc=example", SERVICE), ('timeout = "5s"', 'timeout = "20s"')):
        assert old in config, old
        config = config.replace(old, new)
    akkoord.configure(config)
    said = {record.get("setting"): record["wanted"] for record in akkoord.records("check", "--online", now=FIRST, code=None)}
    assert said["directory.person.id"].startswith("objectGUID: the server is an Active Directory")
    assert said["directory.person.disabled"].startswith("(userAccountControl:1.2.840.113556.1.4.803:=2): ")
