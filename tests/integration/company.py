"""The demonstration company of contrib/demo around the program: its directory, its policy, its invoices."""
from akkoord import SOURCE

DEMO = SOURCE / "contrib/demo"
INVOICES = DEMO / "invoices"


# What a test changes in the directory is seen by the next pass, and what its servers do not say is not known from before; test_cache.py is about the rest.
USUAL_CACHE, NO_CACHE = 'fresh = "1h"; stale_ok = "7d"', 'fresh = "0s"; stale_ok = "0s"'


def found(akkoord, slapd, transport, now, edit_policy=lambda text: text, cache=NO_CACHE):
    """A new store and the company's configuration in the program's folder, with its policy in force since `now`."""
    folder = akkoord.folder
    start = folder / "start/akkoord.conf"
    akkoord.config, config = start, akkoord.config
    akkoord.run("init", "--state", folder, now=now)
    akkoord.config = config
    (folder / "ldap.secret").write_text(slapd.secret.read_text(encoding="ascii"), encoding="ascii")
    settings = (DEMO / "akkoord.conf.in").read_text(encoding="utf-8")
    for name, value in {"@DIR@": folder, "@LDAP_PORT@": slapd.port, "@TRANSPORT@": transport, USUAL_CACHE: cache}.items():
        settings = settings.replace(name, str(value))
    (folder / "rates.csv").write_text((DEMO / "rates.csv").read_text(encoding="ascii"), encoding="ascii")
    akkoord.configure(settings, edit_policy((DEMO / "policy.conf").read_text(encoding="utf-8")))
    akkoord.run("policy", "apply", akkoord.policy, now=now)


def reference(akkoord, number, now):
    """The short id of the invoice with that number."""
    [row] = [row for row in akkoord.records("list", "--all", now=now) if row["number"] == number]
    return row["invoice"]
