"""akkoord template: mistakes are named with file and line, and a preview is the mail that somebody would get, while nothing is sent or recorded."""
import email
import email.policy

import pytest

from akkoord import EX_CONFIG, EX_NOINPUT, EX_USAGE, Akkoord
from company import INVOICES, found
from scene import FIRST

CLOUD = "Cloudhaven B.V./2026-1187"
LATER = "2026-12-03T10:00:00Z"


@pytest.fixture(scope="module")
def company(tmp_path_factory, slapd):
    akkoord = Akkoord(tmp_path_factory.mktemp("template"))
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    akkoord.run("import", INVOICES, now=FIRST)
    akkoord.run("tick", now=FIRST)
    return akkoord


def test_check(akkoord):
    """Without any configuration; the mistakes of one's own templates all at once."""
    assert "right" in akkoord.run("template", "check").out
    own = akkoord.folder / "own"
    (own / "nl").mkdir(parents=True)
    (own / "en").mkdir()
    (own / "nl/lead.firm.mustache").write_text("Beste\n{{suplier}}\n", encoding="utf-8")
    (own / "en/subject.mustache").write_text("{{#single}}\n", encoding="utf-8")
    said = akkoord.run("template", "check", "--dir", own, code=EX_CONFIG).err
    assert f"{own}/nl/lead.firm.mustache:2: unknown name suplier, did you mean supplier" in said
    assert f"{own}/en/subject.mustache:1" in said and "single" in said
    (own / "nl/lead.firm.mustache").write_text("Beste {{name}}, hoogste tijd.\n", encoding="utf-8")
    (own / "en/subject.mustache").write_text("{{#cancelled}}x{{/cancelled}}\n", encoding="utf-8")
    assert "reminder in en has no subject" in akkoord.run("template", "check", "--dir", own, code=EX_CONFIG).err
    (own / "en/subject.mustache").unlink()
    akkoord.run("template", "check", "--dir", own)
    assert "Beste Ana Ruiz, hoogste tijd." in akkoord.run("template", "preview", "--dir", own, "--tone", "firm", "--language", "nl").out
    assert "hoogste tijd" not in akkoord.run("template", "preview", "--dir", own, "--tone", "final", "--language", "nl").out


def test_preview(akkoord):
    subject, blank, headline, *_ = akkoord.run("template", "preview", "--language", "de").out.splitlines()
    assert (subject, blank, headline) == ("Freigabe nötig: 5 Rechnungen, Donnerstag, 24. Dezember", "", "Ihre Freigabe wird benötigt: 5 Rechnungen")
    page = akkoord.folder / "page.html"
    assert akkoord.run("template", "preview", "--part", "html", "--output", page, "--language", "fr").out == ""
    assert '<html lang="fr"' in page.read_text(encoding="utf-8")
    message = email.message_from_string(akkoord.run("template", "preview", "--kind", "request", "--part", "eml").out, policy=email.policy.default)
    assert [part.get_content_type() for part in message.walk()][2:] == ["text/plain", "text/html", "text/calendar", "application/ics"]


@pytest.mark.parametrize("words, said", [
    ([], "check or preview"), (["print"], "check or preview"), (["preview", "--tone", "angry"], "firm"), (["preview", "--language", "xx"], "nl"),
    (["preview", "--kind", "bill"], "notice"), (["preview", "--part", "pdf"], "eml"), (["preview", "--invoice", "x", "--dir", "y"], "--dir"),
])
def test_wrong_call(akkoord, words, said):
    assert said in akkoord.run("template", *words, code=EX_USAGE).err


def test_of_an_invoice(company):
    """With its own supplier, dates and approver; the record stays as it was."""
    before = company.run("audit", "export").out
    shown = company.run("template", "preview", "--invoice", CLOUD, "--tone", "firm", now=LATER).out
    assert "Cloudhaven B.V." in shown and "2026-1187" in shown
    assert "Cloudhaven B.V." in company.run("template", "preview", "--invoice", CLOUD, "--kind", "cancel", now=LATER).out
    spanish = company.run("template", "preview", "--invoice", CLOUD, "--language", "es", now=LATER).out
    assert "Decidir antes de:" in spanish
    assert company.run("audit", "export").out == before
    assert "invoice" in company.run("template", "preview", "--invoice", CLOUD, "--kind", "notice", now=LATER, code=EX_USAGE).err
    company.run("template", "preview", "--invoice", "nothing", code=EX_NOINPUT)


@pytest.mark.parametrize("content, said", [
    (b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>", "can be drawn"), (b"GIF89a", "is none"), (b"\x89PNG\r\n\x1a\n" + bytes(100_000), "too large"),
], ids=["svg", "gif", "large"])
def test_logo_that_mails_cannot_show(akkoord, content, said):
    """They say the name instead, and check says why."""
    akkoord.run("init", "--state", akkoord.folder)
    config = akkoord.config.read_text(encoding="utf-8")
    akkoord.config.write_text(config.replace("organisation = {", 'organisation = { logo = "logo";', 1), encoding="utf-8")
    (akkoord.folder / "logo").write_bytes(content)
    assert said in akkoord.run("check").out
    assert "<img" not in akkoord.run("template", "preview", "--part", "html").out


def test_check_reads_the_templates(akkoord):
    akkoord.run("init", "--state", akkoord.folder)
    own = akkoord.folder / "own/nl"
    own.mkdir(parents=True)
    (own / "lead.mustache").write_text("{{#one}}\n", encoding="utf-8")
    config = akkoord.config.read_text(encoding="utf-8")
    akkoord.config.write_text(config.replace("mail = {", 'mail = { templates = "own";', 1), encoding="utf-8")
    assert f"{own}/lead.mustache:1" in akkoord.run("check", code=EX_CONFIG).out
