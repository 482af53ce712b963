"""The demonstration company of contrib/demo around the program: its directory, its policy, its invoices."""
from akkoord import SOURCE

DEMO = SOURCE / "contrib/demo"
INVOICES = DEMO / "invoices"


# What a test changes in the directory is seen by the next pass, and what its servers do not say is not known from before; test_cache.py is about the rest.
USUAL_CACHE, NO_CACHE = 'fresh = "1h"; stale_ok = "7d"', 'fresh = "0s"; stale_ok = "0s"'

# The admins' summary of the week is test_summary.py's.
NO_SUMMARY = '\nsummary = "none";\n'


STORES = {}


def make_store(folder, key, make):
    """The store that `make` makes in the folder; what it made for the same key before is copied: most tests begin with the same."""
    file = folder / "akkoord.db"
    if key in STORES:
        (folder / "in").mkdir(parents=True, exist_ok=True)
        file.touch(0o600)
        file.write_bytes(STORES[key])
        return
    make()
    if not file.with_name("akkoord.db-wal").exists():
        STORES[key] = file.read_bytes()


def beside(folder):
    """Names and texts of the files that a policy in that folder may name."""
    return tuple(sorted((path.name, path.read_bytes()) for path in folder.iterdir() if path.suffix in (".ics", ".csv")))


def found(akkoord, slapd, transport, now, edit_policy=lambda text: text, cache=NO_CACHE):
    """A new store and the company's configuration in the program's folder, with its policy in force since `now`."""
    folder = akkoord.folder

    def make():
        akkoord.config, config = folder / "start/akkoord.conf", akkoord.config
        akkoord.run("init", "--state", folder, now=now)
        akkoord.config = config
        akkoord.run("policy", "apply", akkoord.policy, now=now)

    (folder / "ldap.secret").write_text(slapd.secret.read_text(encoding="ascii"), encoding="ascii")
    settings = (DEMO / "akkoord.conf.in").read_text(encoding="utf-8")
    for name, value in {"@DIR@": folder, "@LDAP_PORT@": slapd.port, "@TRANSPORT@": transport, USUAL_CACHE: cache}.items():
        settings = settings.replace(name, str(value))
    (folder / "rates.csv").write_text((DEMO / "rates.csv").read_text(encoding="ascii"), encoding="ascii")
    policy = edit_policy((DEMO / "policy.conf").read_text(encoding="utf-8"))
    policy = policy if "summary =" in policy else policy + NO_SUMMARY
    akkoord.configure(settings, policy)
    make_store(folder, (policy, now, beside(folder)), make)


def reference(akkoord, number, now):
    """The short id of the invoice with that number."""
    [row] = [row for row in akkoord.records("list", "--all", now=now) if row["number"] == number]
    return row["invoice"]
