"""Many questions asked together: each gets the answer that it would have got alone, whatever becomes of the others."""
import random
import socket

import pytest

from nasty import CROWD, UMLAUT, nasty_ldif, nasty_name, person, retcode_name
from peer import RESULT, Peer, Proxy, ldap_message
from probe import CPU_MS, SLACK_MS, probing, settings
from scripted import Scripted
from slapd import SUFFIX, Slapd, service_name

WINDOW = 50
OTHERS = "".join((
    person("twin-a", "mail: shared@voorbeeld.example"),
    person("twin-b", "mail: Shared@Voorbeeld.example", "mail: second@voorbeeld.example", "employeeType: left"),
    person("many", "uid: many more", "uid;lang-nl: veel", "uid: anna.of.many"),
    person("spaced  out"),
    person("J\u00f6rg", "mail: joerg@voorbeeld.example"),
    person("jorg", "mail: jorg@voorbeeld.example"),
    person("stra\u00dfe"), person("strasse"), person("S\u00f8ren"), person("007"), person("7"),
    person("a-b"), person("ab"), person("Anna.De.Vries"), person("a&b|c"), person("a\\b", rdn="uid=a\\5cb"), person("*)(uid=*", rdn="uid=*)(uid\\3d*"),
    person("long" + "g" * 300, "cn: long", rdn="cn=long"), person("both", "uid: other-both"), person("other", "uid: both-other"),
))
UIDS = ["anna", "ANNA", "anna ", " anna", "Anna", "pieter", "twin-a", "TWIN-B", "many", "many more", "MANY  MORE", "veel", "anna.of.many", "spaced out", "spaced  out",
        "J\u00f6rg", "j\u00d6RG", "jorg", "JORG", "Jo\u0308rg", "stra\u00dfe", "strasse", "STRASSE", "S\u00f8ren", "soren", "007", "7", "07", "a-b", "ab", "anna.de.vries",
        "st*r", "left", "karim", "joost", "nobody", "*", "ann*", "*)(uid=*", "anna)(|(uid=*", "\\2a", "\\61nna", "a\\b", "a&b|c", "", " ", "-", "+", "anna\u00a0",
        "an\tna", "long" + "g" * 300, "\u00fc" * 300, "both", "other", "both-other", "other-both", "uid=anna", "c0001", "C0002", "c0007"]
MAILS = ["anna@voorbeeld.example", "ANNA@Voorbeeld.Example", "shared@voorbeeld.example", "SHARED@voorbeeld.example", "second@voorbeeld.example", "joerg@voorbeeld.example",
         "nobody@voorbeeld.example", "*@voorbeeld.example", "*", "", "\u00e4nna@voorbeeld.example", "anna@voorbeeld.example ", "c0003@voorbeeld.example"]
IDS = ["00000000-0000-0000-0000-000000000000", "mail:anna@voorbeeld.example", "*", "", "no id at all"]
ODD = [("group", "controllers"), ("group", "mixed"), ("group", "inner"), ("group", "outer"), ("group", "deep0"), ("group", "deep2"), ("group", "nobody"), ("group", "crowd"),
       ("group", "huge"), ("manager", UMLAUT), ("manager", nasty_name("uid=gone")), ("manager", nasty_name("cn=inner")), ("manager", "no name"), ("manager", ""),
       ("manager", retcode_name("code-51")), ("manager", retcode_name("code-4")), ("manager", nasty_name("uid=stays")), ("lookup", "none_such", {"order": "1"}),
       ("lookup", "budget_holder", {"cost_centre": "IT-100"}), ("lookup", "budget_holder", {"cost_centre": "*)(uid=*"}), ("lookup", "budget_holder", {"order": "1"}),
       ("lookup", "department", {"department": "7"}), ("lookup", "department", {"department": "crowd"}), ("lookup", "bad_filter", {"a": "b"}),
       ("lookup", "no_base", {"a": "b"}), ("lookup", "by_group", {"a": "b"})]


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crowded")
    folder.chmod(0o755)
    retcodes = ['retcode-item "cn=code-51" 51', 'retcode-item "cn=code-4" 4', 'retcode-item "cn=slow" 0 sleeptime=4']
    with Slapd(folder / "slapd", nasty_ldif() + OTHERS, retcodes=retcodes) as running:
        yield running


def without_note(answer):
    """What a question would have been told alone."""
    return {**answer, "trace": [step for step in answer["trace"] if not step.startswith("together|")]}


def alone(probe, questions):
    answers = [probe.ask(kind, of, **(fields[0] if fields else {})) for kind, of, *fields in questions]
    return [{key: answer[key] for key in ("ok", "kind", "message", "people", "trace") if key in answer} for answer in answers]


def crowd(first, last):
    return [("user", f"c{number:04}") for number in range(first, last)]


def uids(answers):
    return [[person["uid"] for person in answer["people"]] for answer in answers]


# --- the same as alone ---

def all_questions(probe):
    ids = [person["id"] for uid in ("anna", "pieter", "twin-b", "left") for person in probe.found("user", uid)]
    again = [("again", text) for text in (*ids, *(text.upper() for text in ids), ids[0] + " ", *IDS)]
    return [*(("user", uid) for uid in UIDS), *(("mail", mail) for mail in MAILS), *again]


@pytest.mark.parametrize("account", ["akkoord", "no mail", "no id"])
@pytest.mark.parametrize("person_uid", ["uid", "cn"])
def test_the_same_as_alone(crowded, account, person_uid):
    with probing(settings(crowded)) as asking:
        questions = all_questions(asking)
    with probing(settings(crowded, bind_dn=service_name(account), person_uid=person_uid)) as probe:
        wanted = alone(probe, questions)
        for seed in range(4):
            order = random.Random(seed).sample(range(len(questions)), len(questions))
            answers = probe.batch([questions[place] for place in order])
            for place, answer in zip(order, answers):
                assert without_note(answer) == wanted[place], questions[place]


def test_odd_ones_among_them(crowded):
    with probing(settings(crowded)) as probe:
        questions = [*ODD, *crowd(0, 200)]
        wanted = alone(probe, questions)
        assert {answer["ok"] for answer in wanted} == {True, False}
        for seed in range(3):
            order = random.Random(seed).sample(range(len(questions)), len(questions))
            answers = probe.batch([questions[place] for place in order])
            for place, answer in zip(order, answers):
                assert without_note(answer) == wanted[place], questions[place]


def test_asked_twice(crowded):
    with probing(settings(crowded)) as probe:
        answers = probe.batch([("user", "anna"), ("user", "pieter"), ("user", "anna"), ("user", "nobody"), ("user", "nobody")])
        assert uids(answers) == [["anna"], ["pieter"], ["anna"], [], []]
    with probing(settings(crowded)) as probe:
        assert probe.batch([]) == []


def test_note(crowded):
    with probing(settings(crowded)) as probe:
        answers = probe.batch([("user", "anna"), ("user", "pieter"), ("user", "left"), ("user", "nobody")])
        assert [answer["trace"][-1] for answer in answers[:3]] == ["together|3"] * 3
        assert answers[3]["trace"] == [f"searched|people|(&(objectClass=inetOrgPerson)(uid=nobody))|{SUFFIX}|0"], "that nobody is there is asked alone"
        assert answers[2]["trace"][0] == f"searched|people|(&(objectClass=inetOrgPerson)(uid=left))|{SUFFIX}|1"
        assert "(uid=left))" in answers[2]["trace"][1] and answers[2]["trace"][1].endswith("|1")
        assert answers[0]["trace"][1].endswith("|0")
        assert "together" not in str(probe.ask("user", "anna")["trace"])


def test_large_answers_in_pages_beside_others(crowded):
    """More than the server gives at once, several times: a connection has but one cursor."""
    with probing(settings(crowded)) as probe:
        lookups = [("lookup", "department", {"department": "crowd"}), ("group", "crowd"), ("lookup", "by_supplier", {"supplier": "c*"})]
        answers = probe.batch([*lookups, *crowd(0, 300)])
        assert [len(answer["people"]) for answer in answers[:3]] == [CROWD, CROWD, 0]
        assert uids(answers[3:]) == [[f"c{number:04}"] for number in range(300)]
    lookups = [{"name": name, "filter": filter} for name, filter in (("a", "(uid=c0*)"), ("b", "(uid=c1*)"), ("c", "(uid=c0*)"), ("d", "(mail=c0*)"))]
    with probing(settings(crowded, lookups=lookups)) as probe:
        answers = probe.batch([("lookup", name, {"x": "y"}) for name in "abcd"])
        assert [len(answer["people"]) for answer in answers] == [1000, 200, 1000, 1000]


# --- what goes wrong among them ---

def test_slow_one_among_them(crowded):
    with probing(settings(crowded, timeout_s=2)) as probe:
        answers = probe.batch([("manager", retcode_name("slow")), *crowd(0, 100)])
        assert not answers[0]["ok"] and "no answer in time" in answers[0]["message"]
        assert uids(answers[1:]) == [[f"c{number:04}"] for number in range(100)]
        assert probe.uids("user", "anna") == ["anna"]


def test_line_breaks_among_them(crowded):
    """What was not answered is asked once more, on a line of its own."""
    with Proxy(crowded.port) as proxy, probing(settings(crowded, uris=[proxy.uri])) as probe:
        proxy.most, proxy.then = 30000, "die"
        proxy.die = lambda: setattr(proxy, "most", None)
        assert uids(probe.batch(crowd(0, CROWD))) == [[f"c{number:04}"] for number in range(CROWD)]
        assert proxy.accepted == 2


@pytest.mark.parametrize("then", ["close", "reset", "swallow"])
def test_line_that_always_breaks(crowded, then):
    """Those that were answered before are answered; the others are unknown, and nobody is "not found"."""
    with Proxy(crowded.port) as proxy, probing(settings(crowded, uris=[proxy.uri], timeout_s=2)) as probe:
        proxy.most, proxy.then = 40000, then
        answers = probe.batch(crowd(0, CROWD))
        known = [number for number, answer in enumerate(answers) if answer["ok"]]
        assert len(known) > 0
        assert all(uids([answers[number]]) == [[f"c{number:04}"]] for number in known)
        assert {answer["kind"] for answer in answers if not answer["ok"]} <= {"unavailable"}
        assert proxy.accepted == 1 if then == "swallow" else proxy.accepted > 1
        assert then != "swallow" or len(known) < CROWD


def test_server_that_does_not_read(crowded):
    """More to send than the line holds, and nobody who takes it."""
    def behave(connection, stopped):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.recv(4096)
        connection.sendall(ldap_message(1, 0x61, *RESULT))
        stopped.wait(30)
    with Peer(behave) as peer, probing(settings(crowded, uris=[peer.uri], timeout_s=2)) as probe:
        answer = probe.put({"ask": "batch", "of": [{"ask": "user", "of": f"{number:0200}"} for number in range(1, 5000)]})
        assert {part["kind"] for part in answer["answers"]} == {"unavailable"}
        assert answer["ms"] <= 2 * 2000 + SLACK_MS and answer["cpu_ms"] < 5 * CPU_MS


def test_no_more_than_a_window_in_flight(crowded):
    """Servers close a connection that piles up more requests than they like."""
    with Scripted({}) as peer, probing(settings(crowded, uris=[peer.uri], timeout_s=1)) as probe:
        peer.held = True
        answers = probe.batch([("manager", nasty_name(f"uid=x{number}")) for number in range(500)])
        assert {answer["kind"] for answer in answers} == {"unavailable"}
        assert len(peer.searches) == WINDOW


def test_read_once(crowded):
    """However many ask for it."""
    name = f"uid=anna,ou=people,{SUFFIX}"
    entries = {name: {"objectclass": ["inetOrgPerson"], "uid": ["anna"], "entryuuid": ["1"]}}
    with Scripted(entries) as peer, probing(settings(crowded, uris=[peer.uri], person_disabled=None)) as probe:
        answers = probe.batch([("manager", name)] * 20 + [("user", "anna")])
        assert uids(answers) == [["anna"]] * 21
        assert [search.base for search in peer.searches] == [name, SUFFIX]


def test_server_that_tells_case_apart(crowded):
    """An entry found for one value, that only looks as if it were another's too."""
    entries = {"uid=a,dc=example": {"objectclass": ["inetOrgPerson"], "uid": ["Anna", "bob"], "entryuuid": ["1"]}}

    class Exact(Scripted):
        def fits(self, name, tag, content):
            if tag == 0xa3 and content[2:5] == b"uid":
                return content[7:].decode() in self.entries[name]["uid"]
            return super().fits(name, tag, content)
    with Exact(entries) as peer, probing(settings(crowded, uris=[peer.uri], base_dn="dc=example", person_disabled=None)) as probe:
        assert uids(probe.batch([("user", "anna"), ("user", "bob"), ("user", "Bob")])) == [[], ["Anna"], []]


def test_filter_that_is_too_long_for_the_server(crowded):
    """Then each is asked alone."""
    entries = {f"uid=u{number},{SUFFIX}": {"objectclass": ["inetOrgPerson"], "uid": [f"u{number}"], "entryuuid": [str(number)]} for number in range(60)}

    class Narrow(Scripted):
        def found(self, search):
            if search.filter[1].count(b"uid") > 1:
                return [ldap_message(search.number, 0x65, b"\x0a\x01\x35\x04\x00\x04\x00")]  # unwilling
            return super().found(search)
    with Narrow(entries) as peer, probing(settings(crowded, uris=[peer.uri], person_disabled=None)) as probe:
        answers = probe.batch([("user", f"u{number}") for number in range(60)])
        assert uids(answers) == [[f"u{number}"] for number in range(60)]
        assert "together" not in str(answers)
