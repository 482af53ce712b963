"""The first day: `init` lays the ground and touches nothing that is there; `check` says all that is wrong, at once."""
import pytest

from akkoord import EX_CONFIG, EX_DATAERR, EX_NOINPUT, EX_UNAVAILABLE, EX_USAGE, free_port
from company import found
from scene import FIRST, MuteServer, take
from slapd import SUFFIX, Slapd

# What somebody breaks in the two files, and what `check` must say of each: file, setting, what it found, and a word of what is wanted.
BROKEN_CONFIG = [
    ("organisation = {", "organization = {", "organization", "organization", 'did you mean "organisation"?'),
    ("starttls = false;", "starttls = 1;", "directory.starttls", "1", "true or false"),
    ('uid = "uid";', 'uidd = "uid";', "directory.person.uidd", "uidd", 'did you mean "uid"?'),
    ('nested = "expand"', 'nested = "expnad"', "directory.group.nested", "expnad", 'expand'),
    ('transport = "maildir:', 'transport = "pigeon:', "mail.transport", "pigeon:", "smtp://"),
    ('admin = "group(finance-admins)"', 'admin = "group(finance-admins"', "roles.admin", "group(finance-admins", "selector"),
]
BROKEN_POLICY = [
    ("max_per_day = 6;", "max_per_day = 0;", "max_per_day", "0", "from 1"),
    ('tone = "firm"', 'tone = "frim"', "ladders.standard[2].tone", "frim", "firm"),
    ('at = "deadline-4bh"', 'at = "deadlin-4bh"', "ladders.standard[2].at", "deadlin-4bh", "deadline"),
    ('"Europe/Amsterdam"', '"Europe/Amsterdm"', "calendars.office.timezone", "Europe/Amsterdm", "zone"),
    ('need = "any"; ', 'need = "some"; ', "chains[1].stages[0].need", "some", "any, all"),
    ('fallback = "group(finance)"; within = "5bd"; ladder = "standard"', 'fallback = "group(finance)"; within = "5bd"; ladder = "standrad"',
     "chains[0].stages[0].ladder", "standrad", 'did you mean "standard"?'),
]


@pytest.fixture
def fresh(akkoord):
    """A new company's first configuration."""
    akkoord.run("init", "--organisation", 'Bakkerij "De Oven" & Zn.', now=FIRST)
    return akkoord


def break_file(path, changes):
    """Makes the changes in the file; the line of each."""
    text = path.read_text(encoding="utf-8")
    lines = []
    for good, bad, *_ in changes:
        assert good in text, good
        text = text.replace(good, bad, 1)
        lines.append(text[:text.index(bad)].count("\n") + 1)
    path.write_text(text, encoding="utf-8")
    return lines


def test_init_writes_both_files_and_the_store(fresh):
    config = fresh.config.read_text(encoding="utf-8")
    assert r'name = "Bakkerij \"De Oven\" & Zn."' in config and "@" not in config.lower().replace("@example.org", "")
    assert fresh.config.stat().st_mode & 0o777 == 0o640 and (fresh.folder / "state/akkoord.db").stat().st_mode & 0o077 == 0
    assert (fresh.folder / "state/in").is_dir()
    assert fresh.run("policy", "show").out == fresh.policy.read_text(encoding="utf-8"), "the policy is in force"
    assert fresh.records("audit", "replay")[0]["ok"]


def test_init_needs_no_name(akkoord):
    result = akkoord.run("init", "--state", akkoord.folder / "elsewhere")
    assert (akkoord.folder / "elsewhere/akkoord.db").exists() and str(akkoord.config) in result.out
    akkoord.run("check")


def test_fresh_configuration_has_only_named_warnings(fresh):
    lines = fresh.run("check", now=FIRST).out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"{fresh.policy}:") and "warning" in lines[0] and "holidays for 2026 and 2027" in lines[0]


@pytest.mark.parametrize("there", ["akkoord.conf", "policy.conf", "state/akkoord.db"])
def test_init_overwrites_nothing(akkoord, there):
    path = akkoord.folder / there
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine\n", encoding="ascii")
    result = akkoord.run("init", code=EX_DATAERR)
    assert str(path) in result.err and "already" in result.err
    assert path.read_text(encoding="ascii") == "mine\n"
    assert sorted(file.relative_to(akkoord.folder).as_posix() for file in akkoord.folder.rglob("*") if file.is_file()) == [there], "nor anything beside it"


def test_init_writes_through_no_link(akkoord):
    akkoord.config.symlink_to(akkoord.folder / "elsewhere")
    assert str(akkoord.config) in akkoord.run("init", code=EX_DATAERR).err
    assert not (akkoord.folder / "elsewhere").exists()


def test_init_where_nothing_can_be_written(akkoord):
    (akkoord.folder / "file").write_text("", encoding="ascii")
    akkoord.config = akkoord.folder / "file/akkoord.conf"
    result = akkoord.run("init", code=None)
    assert result.code not in (0, EX_USAGE) and "file" in result.err


def test_check_reports_every_error_of_both_files_at_once(fresh):
    wanted = [(fresh.config, line, *change[2:]) for change, line in zip(BROKEN_CONFIG, break_file(fresh.config, BROKEN_CONFIG))]
    wanted += [(fresh.policy, line, *change[2:]) for change, line in zip(BROKEN_POLICY, break_file(fresh.policy, BROKEN_POLICY))]
    lines = fresh.run("check", now=FIRST, code=EX_CONFIG).out.splitlines()
    for file, line, setting, bad, words in wanted:
        [said] = [text for text in lines if text.startswith(f"{file}:{line}: {setting}: ")]
        assert f'found "{bad}' in said and words in said.split("wanted", 1)[1], said
    assert sum("warning" not in text for text in lines) == len(wanted) + 1, "and that the organisation is missing"


def test_check_as_records(fresh):
    [line] = break_file(fresh.policy, BROKEN_POLICY[1:2])
    records = fresh.records("check", now=FIRST, code=EX_CONFIG)
    [error] = [record for record in records if record["severity"] == "error"]
    assert error == {"severity": "error", "file": str(fresh.policy), "line": line, "setting": "ladders.standard[2].tone", "found": "frim",
                     "wanted": "new, friendly, firm, escalation or final"}


@pytest.mark.parametrize("file", ["akkoord.conf", "policy.conf"])
def test_check_of_a_file_that_is_not_there(fresh, file):
    (fresh.folder / file).unlink()
    assert str(fresh.folder / file) in fresh.run("check", code=EX_CONFIG).out


@pytest.mark.parametrize("text, said", [("chains = (\n{ name = \"x\"; ;\n", ":2:"), ("\x00", "policy.conf"), ("", "chains")])
def test_check_of_a_file_that_is_none(fresh, text, said):
    fresh.policy.write_text(text, encoding="ascii")
    assert said in fresh.run("check", code=EX_CONFIG).out


def test_check_of_another_policy(fresh):
    other = fresh.folder / "other.conf"
    other.write_text(fresh.policy.read_text(encoding="utf-8").replace("grace", "graze"), encoding="utf-8")
    assert f"{other}:" in fresh.run("check", "--policy", other, code=EX_CONFIG).out
    fresh.run("check")


def test_check_says_that_the_policy_in_force_is_another(fresh):
    fresh.policy.write_text(fresh.policy.read_text(encoding="utf-8").replace("max_per_day = 6", "max_per_day = 7"), encoding="utf-8")
    assert "version 1 in force is another text" in fresh.run("check", now=FIRST).out


def test_a_store_that_is_not_there(fresh):
    (fresh.folder / "state/akkoord.db").unlink()
    assert "akkoord.db" in fresh.run("check", code=EX_CONFIG).out
    assert "akkoord.db" in fresh.run("list", code=EX_NOINPUT).err
    assert not (fresh.folder / "state/akkoord.db").exists()
    before = fresh.config.read_bytes(), fresh.policy.read_bytes()
    assert "the store that it names was missing: made" in fresh.run("init", now=FIRST).out
    assert (fresh.config.read_bytes(), fresh.policy.read_bytes()) == before
    fresh.run("policy", "apply", fresh.policy, now=FIRST)
    assert fresh.run("list", now=FIRST).out == "Nothing.\n" and fresh.records("audit", "replay")[0]["ok"]
    assert "already" in fresh.run("init", code=EX_DATAERR).err


# --- online ---


@pytest.fixture
def online(akkoord, slapd):
    """The demonstration company after a pass at FIRST."""
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    akkoord.run("tick", now=FIRST)
    return akkoord


def findings(akkoord, now=FIRST, code=0):
    """What is said online beside the holidays that the demonstration lacks."""
    (akkoord.folder / "ldap.secret").chmod(0o600)
    return [record for record in akkoord.records("check", "--online", now=now, code=code) if "holidays" not in record["wanted"]]


def test_a_password_that_all_can_read_is_warned_of(online):
    (online.folder / "ldap.secret").chmod(0o644)
    [warning] = [record for record in online.records("check") if record["setting"] == "directory.bind.password_file"]
    assert warning["severity"] == "warning" and "only its owner" in warning["wanted"]


def test_a_password_that_is_empty(online):
    """An empty one would be let in, as nobody (RFC 4513, 5.1.2)."""
    for text in ("", "\n"):
        (online.folder / "ldap.secret").write_text(text, encoding="ascii")
        [error] = [record for record in online.records("check", code=EX_CONFIG) if record["severity"] == "error"]
        assert error["setting"] == "directory.bind.password_file" and "it is empty" in error["wanted"]


@pytest.mark.parametrize("setting, old, new", [
    ("directory.base", f'base = "{SUFFIX}";', 'base = "dc=nowhere";'),
    ("directory.group.base", f'base = "ou=groups,{SUFFIX}";', f'base = "ou=gruops,{SUFFIX}";'),
    ("directory.lookups.budget_holder.base", f'base = "ou=cost centres,{SUFFIX}";', f'base = "ou=cots centres,{SUFFIX}";'),
])
def test_online_with_a_base_that_is_not_there(online, setting, old, new):
    """Said once, by the setting, not by every search that goes there."""
    text = online.config.read_text(encoding="utf-8")
    assert old in text
    online.configure(text.replace(old, new))
    [error] = findings(online, code=EX_CONFIG)
    assert error["setting"] == setting and error["found"] in new and "is not checked therefore" in error["wanted"]


def test_online_with_everything_well(online):
    assert findings(online) == []


def name_admins(akkoord, admins):
    text = akkoord.config.read_text(encoding="utf-8")
    assert 'admin = "group(finance-admins)";' in text
    akkoord.config.write_text(text.replace('admin = "group(finance-admins)";', admins), encoding="utf-8")


@pytest.mark.parametrize("admins", ["", "admin = [ ];"])
def test_nobody_looks_after_it(online, admins):
    name_admins(online, admins)
    [warning] = [record for record in online.records("check") if record["setting"] == "roles.admin"]
    assert warning["severity"] == "warning" and "names nobody" in warning["wanted"]


@pytest.mark.parametrize("admins, said", [
    ('admin = "user(nobody)";', "knows nobody of that name"),
    ('admin = [ "user(joost)", "user(karim)" ];', "disabled or has no address"),
])
def test_nobody_who_looks_after_it_can_be_told(online, admins, said):
    name_admins(online, admins)
    [warning] = findings(online)
    assert warning["severity"] == "warning" and warning["setting"] == "roles.admin" and said in warning["wanted"]


def test_online_with_the_directory_stopped(akkoord, tmp_path):
    with Slapd(tmp_path / "ldap") as directory:
        found(akkoord, directory, f"maildir:{akkoord.folder}/mail", FIRST)
        akkoord.run("tick", now=FIRST)
    [error] = findings(akkoord, code=EX_UNAVAILABLE)
    assert error["setting"] == "directory" and f":{directory.port}" in error["wanted"]
    assert "not checked therefore: whom these name: roles.admin, " in error["wanted"] and "stage controller" in error["wanted"]
    akkoord.run("check")


def test_online_with_a_directory_that_says_nothing(online, slapd):
    with MuteServer() as mute:
        text = online.config.read_text(encoding="utf-8").replace(f":{slapd.port}", f":{mute.port}").replace('timeout = "5s"', 'timeout = "1s"')
        online.configure(text)
        [error] = findings(online, code=EX_UNAVAILABLE)
    assert error["setting"] == "directory"


def test_online_with_the_mail_server_away(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST)
    akkoord.run("tick", now=FIRST)
    assert findings(akkoord) == []
    smtp.stop()
    [error] = findings(akkoord, code=EX_UNAVAILABLE)
    assert error["setting"] == "mail" and "answers" in error["wanted"]
    (akkoord.folder / "ldap.secret").write_text("guessed\n", encoding="ascii")
    assert [record["setting"] for record in findings(akkoord, code=EX_CONFIG)] == ["directory", "mail"], "a wrong password is no outage"


@pytest.mark.parametrize("excluded, wanted", [([], "535 5.7.8"), (["LOGIN", "PLAIN"], "AUTH")])
def test_online_where_the_mail_server_refuses_the_password(akkoord, slapd, excluded, wanted):
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult
    server = Controller(object(), hostname="127.0.0.1", port=free_port(), auth_require_tls=False, auth_exclude_mechanism=excluded,
                        authenticator=lambda *told: AuthResult(success=False, handled=False))
    server.start()
    try:
        found(akkoord, slapd, f"smtp://127.0.0.1:{server.port}", FIRST)
        (akkoord.folder / "mail.secret").write_text("guessed\n", encoding="ascii")
        text = akkoord.config.read_text(encoding="utf-8")
        akkoord.configure(text.replace("mail = {", 'mail = { user = "akkoord"; password_file = "mail.secret";', 1))
        [error] = [finding for finding in findings(akkoord, code=EX_CONFIG) if finding["severity"] == "error"]
    finally:
        server.stop()
    assert error["setting"] == "mail" and wanted in error["wanted"] and "guessed" not in str(error)


def test_online_with_a_wrong_password(online):
    (online.folder / "ldap.secret").write_text("guessed\n", encoding="ascii")
    [error] = findings(online, code=EX_CONFIG)
    assert error["setting"] == "directory" and "credentials" in error["wanted"].lower() and "guessed" not in str(error)


def test_online_without_a_pass(akkoord, slapd):
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    [warning] = findings(akkoord)
    assert warning["severity"] == "warning" and "none was made yet" in warning["wanted"]


@pytest.mark.parametrize("now, missing", [
    ("2026-12-02T07:00:00Z", False),
    ("2026-12-03T08:00:00Z", True),
])
def test_online_with_a_missing_pass(online, now, missing):
    said = [record["severity"] for record in findings(online, now, code=EX_CONFIG if missing else 0)]
    assert said == ["error"] * missing


def test_a_weekend_needs_no_pass(online):
    online.run("tick", now="2026-12-04T17:00:00Z")
    assert findings(online, "2026-12-07T07:00:00Z") == []


def test_online_with_overdue_work(online):
    take(online, FIRST)
    assert any("overdue" in record["wanted"] and "Tue 2026-12-01 09:00" in record["wanted"] for record in findings(online, "2026-12-01T10:00:00Z"))


def test_online_with_a_stage_of_nobody(online):
    """Each name that means nobody is warned of; a stage of nothing but such names is an error; a rung, a calendar and an administration are looked at, too."""
    text = online.policy.read_text(encoding="utf-8")
    changed = text.replace('approvers = [ "group(controllers)" ]; fallback = [ "group(finance)" ];', 'approvers = [ "group(none)", "user(nn)" ]; fallback = [ "group(void)" ];')
    changed = changed.replace('tone = "firm"; },', 'tone = "firm"; add = "group(vain)"; },', 1)
    changed = changed.replace('countries = [ "FR" ];', 'countries = [ "FR" ]; people = "user(qq)";')
    assert changed.count("group(none)") == changed.count("group(vain)") == changed.count("user(qq)") == 1
    online.policy.write_text('administrations = ( { name = "A"; roles = { admin = "user(zz)"; }; } );\n' + changed, encoding="utf-8")
    records = [record for record in findings(online, code=EX_CONFIG) if "be applied" not in record["wanted"]]
    assert [(record["severity"], record["setting"], record.get("found")) for record in sorted(records, key=lambda record: record.get("found") or "")] == [
        ("error", "chain it, stage controller", None), ("warning", "chain it, stage controller", "group(none)"),
        ("warning", "ladder standard, rung pressing", "group(vain)"), ("warning", "chain it, stage controller", "group(void)"),
        ("warning", "chain it, stage controller", "user(nn)"), ("warning", "calendar fr", "user(qq)"), ("warning", "administration A", "user(zz)")]
    online.policy.write_text(changed.replace("group(void)", "group(finance)"), encoding="utf-8")
    assert "error" not in {record["severity"] for record in findings(online)}
