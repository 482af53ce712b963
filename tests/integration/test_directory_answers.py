"""What a real server says that is no answer: "unknown", and never "nobody"."""
import pytest

from nasty import CODES, CROWD, RETCODE_LINES, nasty_ldif, nasty_name, retcode_name
from probe import is_unknown, probing, settings
from slapd import SUFFIX, Slapd, service_name

REFERRAL, NO_SUCH_OBJECT, INVALID_DN = 10, 32, 34
# Protocol error, method, stronger authentication, extension, confidentiality, matching, base, syntax of a DN, authentication, access, unwilling: asking again does not help.
PERMANENT = {2, 7, 8, 12, 13, 18, NO_SUCH_OBJECT, INVALID_DN, 48, 49, 50, 53}


def kind_of(code):
    return "permanent" if code in PERMANENT else "unavailable"


def kind_of_name(code):
    """Of an entry that is read by name: a referral says whose it is."""
    return "elsewhere" if code == REFERRAL else kind_of(code)


def wanting(server, base):
    """Settings with a search below that name."""
    people = {"name": "below", "base": base, "filter": "(uid=anna)"}
    values = {"name": "values_below", "base": base, "filter": "(ou=x)", "attribute": "manager"}
    return settings(server, lookups=[people, values])


# --- each result code ---

def test_each_code_of_a_read(probe):
    """The entry that a name stands for: only "no such entry" says that there is none."""
    for code in CODES:
        if code in (NO_SUCH_OBJECT, INVALID_DN):
            assert probe.found("manager", retcode_name(f"code-{code}")) == []
        else:
            is_unknown(probe.ask("manager", retcode_name(f"code-{code}")), kind_of_name(code))
    assert probe.uids("user", "anna") == ["anna"]


@pytest.mark.parametrize("lookup", ["below", "values_below"])
def test_each_code_of_a_search(server, lookup):
    """Not even "no such entry": a base that is not there is a mistake in the settings."""
    for code in (3, 4, 10, 11, 32, 50, 51, 52, 53, 80):
        with probing(wanting(server, retcode_name(f"code-{code}"))) as probe:
            is_unknown(probe.ask("lookup", lookup), kind_of(code))
            assert probe.uids("user", "anna") == ["anna"]


def test_each_code_where_people_are(server):
    """Of everything that is asked of people by a search."""
    for code in CODES:
        with probing(settings(server, person_base=retcode_name(f"code-{code}"))) as probe:
            for question in ("user", "mail", "again"):
                is_unknown(probe.ask(question, "anna"), kind_of(code))


def test_each_code_where_groups_are(server):
    for code in CODES:
        with probing(settings(server, group_base=retcode_name(f"code-{code}"))) as probe:
            is_unknown(probe.ask("group", "finance"), kind_of(code))


def test_each_code_of_a_bind(server):
    """What refuses us ends the round, as with every other server it would only lock the account; from anything else it goes on to the next."""
    for code in CODES:
        with probing(settings(server, uris=[server.uri, server.ldapi_uri], bind_dn=retcode_name(f"code-{code}"))) as probe:
            answer = is_unknown(probe.ask("user", "anna"), kind_of(code))
            assert (server.ldapi_uri in answer["message"]) == (code not in PERMANENT), answer


def test_each_code_of_a_member(server):
    """A group of which one member cannot be read is not the group without that member."""
    with Slapd(server.folder.parent / "members", nasty_ldif() + "".join(
            f"dn: {nasty_name(f'cn=with {code}')}\nobjectClass: groupOfNames\ncn: with {code}\nmember: uid=anna,ou=people,{SUFFIX}\nmember: {retcode_name(f'code-{code}')}\n\n"
            for code in CODES), retcodes=RETCODE_LINES) as other, probing(settings(other)) as probe:
        for code in CODES:
            if code in (NO_SUCH_OBJECT, INVALID_DN):
                assert probe.uids("group", f"with {code}") == ["anna"]
            else:
                is_unknown(probe.ask("group", f"with {code}"), kind_of_name(code))


# --- limits ---

@pytest.mark.parametrize("account", ["limited", "in all"])
def test_size_limits(server, account):
    """Some of them is not all of them; the second one's counts over all pages."""
    with probing(settings(server, bind_dn=service_name(account))) as probe:
        is_unknown(probe.ask("lookup", "department", department="crowd"))
        assert probe.uids("lookup", "department", department="7") == ["left", "stays"]


def test_administrative_limits(server):
    """Too many candidates without an index; no pages allowed, which are asked for only where an answer was cut short."""
    with probing(settings(server, bind_dn=service_name("unchecked"))) as probe:
        assert "dministrative limit" in is_unknown(probe.ask("lookup", "department", department="7"))["message"]
        assert probe.uids("user", "anna") == ["anna"]
    with probing(settings(server, bind_dn=service_name("no pages"))) as probe:
        assert probe.uids("user", "anna") == ["anna"]
        assert "pagedResults control not allowed" in is_unknown(probe.ask("lookup", "department", department="crowd"))["message"]


def test_soft_limit(server):
    """Goes for those who ask for no number: pages are not cut by it."""
    with probing(settings(server, bind_dn=service_name("soft"))) as probe:
        assert len(probe.found("lookup", "department", department="crowd")) == CROWD


def test_time_limit(tmp_path):
    """The server's own, which is shorter than ours: it looks at the clock after a sleep of two seconds."""
    with Slapd(tmp_path / "slapd", nasty_ldif(), database=["sizelimit unlimited"], retcodes=["retcode-sleep 2"]) as slow:
        with probing(settings(slow, bind_dn=service_name("hurried"), timeout_s=20)) as probe:
            answer = is_unknown(probe.ask("lookup", "department", department="crowd"))
            assert "ime limit" in answer["message"], answer


def test_slow_search(server):
    with probing(settings(server, timeout_s=1)) as probe:
        assert "no answer in time" in is_unknown(probe.ask("manager", retcode_name("slow")), timeout_s=1)["message"]
        assert probe.uids("user", "anna") == ["anna"]


# --- other servers ---

def test_elsewhere_is_unknown(probe):
    """A name that another server would know: a referral, not "nobody", and no outage either."""
    for name in ("uid=anna,dc=elsewhere,dc=example", nasty_name("uid=anna,ou=elsewhere")):
        assert "another server" in is_unknown(probe.ask("manager", name), "elsewhere")["message"]
    assert probe.uids("user", "anna") == ["anna"]


def test_references(probe):
    """What a search says of other servers beside its own answer is no part of it: those are never asked."""
    assert probe.uids("lookup", "department", department="7") == ["left", "stays"]


# --- what our account may not see ---

def test_account_that_may_not_see_the_id(server):
    with probing(settings(server, bind_dn=service_name("no id"))) as probe:
        for question, of in (("user", "anna"), ("mail", "anna@voorbeeld.example"), ("group", "finance"), ("manager", f"uid=anna,ou=people,{SUFFIX}")):
            assert "entryUUID" in is_unknown(probe.ask(question, of), "config")["message"]


def test_account_that_may_not_see_mail(server):
    with probing(settings(server, bind_dn=service_name("no mail"))) as probe:
        [anna] = probe.found("user", "anna")
        assert "mail" not in anna and anna["id"]


@pytest.mark.parametrize("account", ["no id", "blind"])
def test_nobody_at_all(server, account):
    """Where not one person is to be seen, "nobody" says nothing of the one who was asked for."""
    with probing(settings(server)) as probe:
        [anna] = probe.found("user", "anna")
    with probing(settings(server, bind_dn=service_name(account), person_base=f"ou=people,{SUFFIX}")) as probe:
        for question, of in (("user", "nobody"), ("mail", "nobody@voorbeeld.example"), ("again", anna["id"]), ("group", "nobody"), ("manager", "uid=nobody," + SUFFIX)):
            assert "not one person" in is_unknown(probe.ask(question, of), "config")["message"]
    with probing(settings(server, person_base=f"ou=cost centres,{SUFFIX}")) as probe:
        is_unknown(probe.ask("user", "anna"), "config")


def test_nobody_among_somebody(probe):
    """One who was found is the proof that people are to be seen; else one search more asks for it, in which one entry is enough."""
    assert [len(answer["people"]) for answer in probe.batch([("user", "nobody"), ("user", "anna"), ("again", "00000000-0000-0000-0000-000000000000")])] == [0, 1, 0]
    assert probe.found("user", "nobody") == probe.found("mail", "nobody@voorbeeld.example") == []


def test_nobody_where_that_cannot_be_asked(server):
    """The server counts candidates, of which there are too many for that search: then its "nobody" is believed."""
    with probing(settings(server, bind_dn=service_name("unchecked"))) as probe:
        assert probe.found("user", "nobody") == []


def test_account_that_may_see_nothing(server):
    with probing(settings(server, bind_method="none")) as probe:
        is_unknown(probe.ask("user", "anna"), "permanent")
