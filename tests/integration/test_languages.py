"""What people read goes through the catalogues: with one that puts every string between « and », nothing of the record stands outside them."""
import os
import re
import subprocess

import pytest

from akkoord import PROGRAM, SOURCE, Akkoord
from company import INVOICES, found
from scene import FIRST, take

CLOUD, WORKPLACE, PRINT, LORRY = "Cloudhaven B.V./2026-1187", "Werkplek & Zo B.V./88213", "Imprenta del Sol S.L./F26/0342", "Hanse Logistik GmbH/R-20561"
NOW = "2026-12-07T10:30:00Z"
TOOLS = ["xgettext", "msgen", "msgfilter", "msgfmt"]


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory):
    """A folder of catalogues with one, that of Esperanto, which translates each string to itself in guillemets."""
    folder = tmp_path_factory.mktemp("locale")
    files = [line for line in (SOURCE / "po/POTFILES.in").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    subprocess.run(["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=ngettext:1,2", "-D", SOURCE, "-o", folder / "all.pot", *files], check=True)
    subprocess.run(["msgen", "-o", folder / "all.po", folder / "all.pot"], check=True)
    subprocess.run(["msgfilter", "--keep-header", "-i", folder / "all.po", "-o", folder / "eo.po", "sed", "-e", "1s/^/«/", "-e", "$s/$/»/"], check=True,
                   stderr=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C.UTF-8"})
    (folder / "eo/LC_MESSAGES").mkdir(parents=True)
    text = (folder / "eo.po").read_text(encoding="utf-8").replace("charset=CHARSET", "charset=UTF-8")
    (folder / "eo.po").write_text(text, encoding="utf-8")
    subprocess.run(["msgfmt", "-o", folder / "eo/LC_MESSAGES/akkoord.mo", folder / "eo.po"], check=True)
    return folder


@pytest.fixture(scope="module")
def company(tmp_path_factory, slapd):
    akkoord = Akkoord(tmp_path_factory.mktemp("languages"))
    without_fallback = 'need = "any"; within = "3bd"; before = [ "due-2bd" ]'
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST,
          lambda text: text.replace(f'fallback = [ "group(finance)" ]; {without_fallback}', without_fallback))
    akkoord.run("import", INVOICES, now=FIRST)
    akkoord.run("tick", now=FIRST)
    akkoord.run("approve", CLOUD, "--as", "priya", "--reason", "seen with the order", now="2026-12-02T10:00:00Z")
    akkoord.run("tick", now="2026-12-02T10:00:00Z")
    akkoord.run("hold", CLOUD, "--as", "sanne", "--until", "2026-12-09", "--reason", "is it here?", now="2026-12-02T10:30:00Z")
    akkoord.run("tick", now="2026-12-07T08:00:00Z")
    akkoord.run("reject", PRINT, "--as", "lucia", "--reason", "never ordered", now="2026-12-07T10:00:00Z")
    take(akkoord, "2026-12-07T10:15:00Z")
    return akkoord


def read(akkoord, catalogues, *words):
    """What the program says to somebody who reads that language."""
    environment = {**akkoord.environment(), "LANGUAGE": "eo", "AKKOORD_LOCALE": str(catalogues)}
    return subprocess.run([PROGRAM, "-c", akkoord.config, "--now", NOW, *map(str, words)], capture_output=True, text=True, timeout=60, env=environment, cwd=akkoord.folder,
                          check=True).stdout


def outside(text):
    """What stands in no guillemets."""
    while "«" in text:
        text = re.sub("«[^«»]*»", "", text)
    return text


@pytest.mark.parametrize("invoice", [CLOUD, WORKPLACE, PRINT, LORRY, "Drukkerij Vos/A-1"])
def test_explain(company, catalogues, invoice):
    first, *lines = [line for line in read(company, catalogues, "explain", invoice).splitlines() if line.startswith("  ")]
    assert re.search(r": «[a-z]+»\.$", first)
    assert lines and not any(outside(line).strip() for line in lines), [line for line in lines if outside(line).strip()]


def test_words_in_sentences(company, catalogues):
    """Words of the record that stand inside a sentence are said in its language too."""
    told = read(company, catalogues, "explain", WORKPLACE)
    assert re.search(r"^  ««opened to mark \(«mail»\)», «new»: sent on ««Tue» 2026-12-01 09:00»\.»$", told, re.MULTILINE)
    assert "«it came at the same time as manager, which was sent instead»" in told
    told = read(company, catalogues, "explain", PRINT)
    assert re.search(r"through cli: «rejected»", told)
    assert "«disabled»" in read(company, catalogues, "explain", LORRY)


def test_preview(company, catalogues):
    policy = company.folder / "coming.conf"
    text = company.policy.read_text(encoding="utf-8").replace('at = "deadline-4bh"', 'at = "deadline-1bh"').replace('grace = "4bh"', 'grace = "1bd"')
    policy.write_text(text, encoding="utf-8")
    lines = read(company, catalogues, "policy", "check", "--open", policy).splitlines()
    said = [line for line in lines[lines.index(next(line for line in lines if "on its way" in line)):] if not re.match(r" {4,}", line)]
    assert len(said) == 3 and all("«" in line for line in said), said
