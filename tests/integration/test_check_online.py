"""`check --online`: what the policy would come to with the directory as it is, cost centre by cost centre. Each finding is planted and found; the demonstration company has none."""
import datetime
import socket
import threading
import time

import pytest

from akkoord import EX_CONFIG, EX_UNAVAILABLE, Akkoord
from company import INVOICES, found
from scene import FIRST, take
from slapd import SUFFIX, Certificates, Slapd, entry

CENTRES = 1000


def someone(uid, *more):
    return entry(f"uid={uid},ou=people,{SUFFIX}", "objectClass: inetOrgPerson", "objectClass: extensibleObject", f"uid: {uid}", f"cn: {uid}", f"sn: {uid}", *more)


def dn(uid):
    return f"uid={uid},ou=people,{SUFFIX}"


def usual(uid, manager="anna", *more):
    return someone(uid, f"mail: {uid}@voorbeeld.example", "c: NL", f"manager: {dn(manager)}", *more)


def centre(name, *holders):
    return entry(f"ou={name},ou=cost centres,{SUFFIX}", "objectClass: organizationalUnit", "objectClass: extensibleObject", f"ou: {name}",
                 *(f"manager: {dn(holder)}" for holder in holders))


def group(name, *members):
    return entry(f"cn={name},ou=groups,{SUFFIX}", "objectClass: groupOfNames", f"cn: {name}", *(f"member: {member}" for member in members))


PLANTED = "".join((
    usual("dotted", "anna", "employeeType: 5.000,00"), usual("yen", "anna", "employeeType: 900000 JPY"), someone("swede", "mail: s@voorbeeld.example", "c: SE", f"manager: {dn('anna')}"),
    someone("nowhere", "mail: n@voorbeeld.example", f"manager: {dn('anna')}"), usual("round-a", "round-b"), usual("round-b", "round-a"), usual("orphan", "gone"),
    usual("little", "little-boss", "employeeType: 10.00 EUR"), usual("little-boss", "anna", "employeeType: 20.00 EUR"),
    someone("far", "mail: far@voorbeeld.example", "c: NL", "manager: uid=boss,dc=elsewhere,dc=example"), centre("C-far", "far"),
    someone("lone", "mail: lone@voorbeeld.example", "c: NL"),
    *(centre(f"C-{holder}", holder) for holder in ("dotted", "yen", "swede", "nowhere", "round-a", "orphan", "little", "lone", "karim", "joost")),
    centre("C-astray", "gone", "priya"), group("strange", dn("priya"), dn("gone"), f"cn=hollow,ou=groups,{SUFFIX}", f"ou=C-empty,ou=cost centres,{SUFFIX}"),
    centre("C-two", "priya", "mark"), centre("C-empty"),
    group("hollow", f"cn=gone,{SUFFIX}"), group("locked", dn("joost")),
    *(usual(f"h{number}", "mark") + centre(f"N-{number}", f"h{number}") for number in range(CENTRES)),
))


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    with Slapd(tmp_path_factory.mktemp("ldap") / "slapd", PLANTED) as slapd:
        yield slapd


@pytest.fixture
def online(akkoord, directory):
    """The company after a pass; without fallbacks, so that nobody found is nobody asked."""
    return start(akkoord, directory)


def start(akkoord, slapd, edit=lambda text: text.replace('fallback = [ "group(finance)" ]; ', "")):
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST, edit)
    (akkoord.folder / "ldap.secret").chmod(0o600)
    akkoord.run("tick", now=FIRST)
    return akkoord


def findings(akkoord, code=0, now=FIRST):
    """Beside the holidays that the demonstration lacks."""
    return [record for record in akkoord.records("check", "--online", now=now, code=code) if "holidays" not in record["wanted"]]


def said_at(records, setting):
    return [record["wanted"] for record in records if record["setting"] == setting]


def rewrite(akkoord, *changes):
    text = akkoord.policy.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    akkoord.policy.write_text(text, encoding="utf-8")
    akkoord.run("policy", "apply", akkoord.policy, now=FIRST)


def test_the_demonstration_company_is_well(akkoord, slapd):
    start(akkoord, slapd, lambda text: text)
    akkoord.run("import", INVOICES, now=FIRST)
    akkoord.run("tick", now=FIRST)
    assert findings(akkoord) == []


def test_a_manager_who_is_another_servers(online):
    """A referral: nothing stops but what is for that manager, so it is a warning, and no outage."""
    take(online, number="1", cost_centre="C-far", gross="100.00")
    take(online, number="2", cost_centre="C-far", gross="500.00")
    records = findings(online)
    assert {record["severity"] for record in records} == {"warning"}
    for setting in ("ladder standard, rung manager", "directory.person.manager"):
        [said] = said_at(records, setting)[:1]
        assert "for far: " in said and "another server" in said, records


# --- stuck ---


def test_what_would_be_stuck(online):
    for name in ("C-karim", "C-joost", "C-empty", "C-gone", "C-priya"):
        take(online, number=name, cost_centre=name.replace("C-priya", "IT-100"))
    records = findings(online)
    assert {record["severity"] for record in records} == {"warning"}
    for stage in ("chain small, stage budget holder", "chain rest, stage budget holder"):
        said = said_at(records, stage)
        assert sorted(said) == [
            "somebody who can be asked for cost centre C-empty, C-gone, whose invoices are stuck here: lookup(budget_holder) finds nobody",
            "somebody who can be asked for cost centre C-joost, whose invoices are stuck here: joost: disabled",
            "somebody who can be asked for cost centre C-karim, whose invoices are stuck here: karim: no mail address"]
    assert said_at(records, "chain it, stage budget holder") == [], "none of these comes to it, and IT-100 is well"


def test_a_fallback_is_somebody(akkoord, directory):
    start(akkoord, directory, lambda text: text)
    take(akkoord, number="1", cost_centre="C-gone", gross="500.00")
    assert findings(akkoord) == []


def test_the_amount_counts(online):
    """To `small` nobody brings more than 250 EUR; to `rest` came 700: more than they may, and a line that never has it ends in a circle."""
    take(online, number="1", cost_centre="C-little", gross="700.00")
    assert said_at(findings(online), "chain rest, stage budget holder") == [], "anna, up the line, may"
    rewrite(online, ('name = "rest";\n    stages = (\n      { name = "budget holder";', 'name = "rest";\n    stages = (\n      { name = "budget holder"; authority = "required";'))
    [said] = said_at(findings(online), "chain rest, stage budget holder")
    assert "C-little" in said and "little: not enough authority" in said and said.endswith("(for 700.00 EUR)")


def test_too_few(online):
    rewrite(online, ('need = "any"; within = "5bd"', 'need = 2; within = "5bd"'))
    take(online, number="1", cost_centre="IT-100", gross="100.00")
    take(online, number="2", cost_centre="C-two", gross="100.00")
    [said] = said_at(findings(online), "chain small, stage budget holder")
    assert said.startswith("2 people who can be asked and not 1 for cost centre IT-100, ")


def test_a_cost_centre_that_only_the_policy_names(online):
    rewrite(online, ('cost_centre = [ "IT-*" ]', 'cost_centre = [ "IT-*", "IT-900", "IT-100" ]'))
    records = findings(online)
    assert "for cost centre IT-900, " in said_at(records, "chain it, stage budget holder")[0] and "IT-100" not in str(records)


def test_an_invoice_without_a_cost_centre(online):
    take(online, number="1", cost_centre="", gross="100.00")
    [said] = said_at(findings(online), "chain small, stage budget holder")
    assert "for cost centre (none), " in said and "wants the invoice's cost_centre, which lacks" in said


def test_what_is_long_past_does_not_count(online):
    _, invoice = take(online, number="1", cost_centre="C-gone")
    online.run("withdraw", invoice, "--reason", "test", now=FIRST)
    assert said_at(findings(online), "chain small, stage budget holder") != [], "closed, but recent"
    later = "2028-02-01T08:00:00Z"
    online.run("tick", now=later)
    assert said_at(findings(online, now=later), "chain small, stage budget holder") == []


def test_nobody_at_all_is_an_error(online):
    rewrite(online, ('approvers = [ "group(controllers)" ];', 'approvers = [ "group(locked)" ];'))
    [error] = [record for record in findings(online, code=EX_CONFIG) if record["severity"] == "error"]
    assert error["setting"] == "chain it, stage controller" and error["wanted"].endswith("so that every invoice is stuck here: joost: disabled")


# --- what else is odd ---


def test_what_the_directory_has_of_people(online):
    for number, name in enumerate(("dotted", "yen", "swede", "nowhere", "round-a", "orphan", "two", "lone")):
        take(online, number=str(number), cost_centre=f"C-{name}", gross="5.00")
    records = findings(online)
    assert {record["severity"] for record in records} == {"warning"}
    [authority] = said_at(records, "directory.person.authority")
    assert "dotted (5.000,00)" in authority and "yen" not in authority
    assert "yen (900000 JPY)" in said_at(records, "rates")[0]
    assert said_at(records, "calendars")[0].endswith("for nowhere (no country), swede (SE)")
    manager = sorted(said_at(records, "directory.person.manager"))
    assert manager == ["a line of managers that ends: it goes in a circle through round-a and round-b",
                       f"managers whom the directory knows as people: it does not know that of orphan ({dn('gone')})"]
    [several] = [record for record in records if record["setting"] == "directory.lookups"]
    assert several["found"] == "lookup(budget_holder)" and several["wanted"].endswith("for C-two (priya and mark)")
    [rung] = [record for record in records if record["setting"] == "ladder gentle, rung late" or record["setting"] == "ladder standard, rung manager"]
    assert rung["found"] == "manager(approver)" and rung["wanted"].endswith("where lone, orphan is asked")


@pytest.mark.parametrize("selector, said", [
    ("group(none)", "the directory has no such group"),
    ("group(hollow)", "the group has no members whom the directory knows as people"),
    ("group(locked)", "whom it finds is disabled or has no mail address"),
    ("user(nobody)", "the directory knows nobody of that name"),
])
def test_a_rung_that_speaks_to_nobody(online, selector, said):
    rewrite(online, ('cc = [ "manager(approver)" ];', f'cc = [ "manager(approver)", "{selector}" ];'))
    [warning] = [record for record in findings(online) if record["setting"] != "directory.group"]
    assert warning["severity"] == "warning" and warning["setting"] == "ladder standard, rung manager" and warning["found"] == selector and said in warning["wanted"]


def test_members_who_are_no_people(online):
    rewrite(online, ('cc = [ "manager(approver)" ];', 'cc = [ "manager(approver)", "group(strange)" ];'))
    take(online, number="1", cost_centre="C-astray", gross="5.00")
    group_said, lookup_said = sorted(findings(online), key=lambda record: record["found"])
    assert (group_said["setting"], group_said["found"]) == ("directory.group", "group(strange)")
    assert group_said["wanted"].endswith(f": cn=gone,{SUFFIX}, ou=C-empty,ou=cost centres,{SUFFIX}, {dn('gone')}"), "not hollow, which is a group"
    assert (lookup_said["setting"], lookup_said["found"]) == ("directory.lookups", "lookup(budget_holder)") and lookup_said["wanted"].endswith(f": {dn('gone')}")


@pytest.mark.parametrize("setting, attribute", [("uid", "uid"), ("mail", "mail"), ("manager", "manager")])
def test_an_attribute_that_nobody_shows(online, setting, attribute):
    online.configure(online.config.read_text(encoding="utf-8").replace(f'{setting} = "{attribute}"', f'{setting} = "mailLocalAddress"'))
    records = findings(online, code=None)
    [warning] = [record for record in records if record["setting"] == f"directory.person.{setting}"]
    assert warning["found"] == "mailLocalAddress" and "may the account read it?" in warning["wanted"]


def test_the_id_that_nobody_shows(online):
    online.configure(online.config.read_text(encoding="utf-8").replace('id = "entryUUID"', 'id = "employeeNumber"'))
    records = findings(online, code=EX_CONFIG)
    assert any("employeeNumber" in record["wanted"] for record in records) and not any("stuck" in record["wanted"] for record in records)


# --- the server ---


@pytest.mark.parametrize("setting, old, new, said", [
    ("directory.person.id", 'id = "entryUUID"', 'id = "objectGUID"', "entryUUID: the server is no Active Directory"),
    ("directory.person.disabled", "(pwdAccountLockedTime=*)", "(userAccountControl:1.2.840.113556.1.4.803:=2)", "so that nobody would count as disabled"),
])
def test_settings_of_another_kind_of_server(online, setting, old, new, said):
    online.configure(online.config.read_text(encoding="utf-8").replace(old, new))
    assert any(said in wanted for wanted in said_at(findings(online, code=None), setting))


@pytest.mark.parametrize("days, said", [(10, True), (90, False)])
def test_a_certificate_that_ends(akkoord, tmp_path, days, said):
    """The clock that counts is today's: certificates are made by it."""
    def end():
        return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%d")

    certificates, earliest = Certificates(tmp_path / "tls"), end()
    certificates.sign("some", "IP:127.0.0.1", days)
    with Slapd(tmp_path / "ldap", certificates=certificates, certificate="some") as slapd:
        start(akkoord, slapd, lambda text: text)
        config = akkoord.config.read_text(encoding="utf-8")
        akkoord.configure(config.replace(slapd.uri, slapd.tls_uri).replace('base = "dc=voorbeeld', f'ca_file = "{certificates.ca}"; base = "dc=voorbeeld', 1))
        records = findings(akkoord, code=None, now=None)
    wanted = said_at(records, "directory.uri")
    assert bool(wanted) == said and (not said or earliest in wanted[0] or end() in wanted[0]), records


# --- many, and in the middle ---


def write_many(akkoord):
    """A thousand invoices, each on a cost centre of its own."""
    take(akkoord, number="A", cost_centre="XX", gross="5.00")
    template = (akkoord.folder / "made/invoice.xml").read_text(encoding="utf-8")
    for number in range(CENTRES):
        (akkoord.folder / f"made/n{number}.xml").write_text(template.replace("<b:ID>A<", f"<b:ID>N{number}<").replace(">XX<", f">N-{number}<"), encoding="utf-8")
    (akkoord.folder / "made/invoice.xml").unlink()
    akkoord.run("import", akkoord.folder / "made", now=FIRST)


@pytest.fixture(scope="module")
def many(tmp_path_factory, directory):
    akkoord = start(Akkoord(tmp_path_factory.mktemp("many")), directory, lambda text: text)
    write_many(akkoord)
    return akkoord


def test_a_thousand_cost_centres(many):
    began = time.monotonic()
    assert findings(many) == []
    print(f"a thousand cost centres in {time.monotonic() - began:.1f} s")


class Severed:
    """Stands before a directory server and is gone for good once so many bytes of answers went through. A context."""

    def __init__(self, port, most):
        self.target, self.left = port, most
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = []

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", self.target), 10)
            except OSError:
                return
            self.open += [client, server]
            threading.Thread(target=self.carry, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self.carry, args=(server, client, True), daemon=True).start()

    def carry(self, source, target, counts):
        try:
            while data := source.recv(4096):
                if counts:
                    self.left -= len(data)
                if self.left < 0:
                    break
                target.sendall(data)
        except OSError:
            pass
        self.sever() if self.left < 0 else None

    def sever(self):
        for line in (self.listener, *self.open):
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.listener.close()

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.sever()


@pytest.mark.parametrize("most", [3000, 30000, 150000])
def test_unknown_stays_unknown(many, directory, most):
    """A server that stops in the middle: what it did not say is not checked, and nobody is missed for it."""
    good = many.config.read_text(encoding="utf-8")
    with Severed(directory.port, most) as severed:
        try:
            many.configure(good.replace(f":{directory.port}", f":{severed.port}"))
            records = findings(many, code=EX_UNAVAILABLE)
        finally:
            many.configure(good)
    assert records and all("which is not checked" in record["wanted"] and record["severity"] == "error" for record in records), records
