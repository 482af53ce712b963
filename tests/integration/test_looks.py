"""The mails as a browser draws them, narrow and wide, light and dark: nothing too wide, unreadable or one over the other, and all of it there for a screen reader. What is drawn is tests/golden, which
test_specimen holds to what the program makes."""
import base64
import email
import email.policy
import os
import pathlib
import shutil
import struct
import zlib

import pytest

from akkoord import SOURCE

GOLDEN = SOURCE / "tests/golden"
CHECK = (SOURCE / "tests/integration/looks.js").read_text(encoding="utf-8")
BUILD = pathlib.Path(os.environ.get("AKKOORD_BUILDDIR", "."))
WIDTHS, SCHEMES = (320, 600, 1000), ("light", "dark")
PICTURE = (300, 60)


def why_not():
    """Why no browser is driven; None where it is."""
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        return "no chromium or chromedriver (Debian: chromium, chromium-driver)"
    if "-fsanitize=address" in (BUILD / "Makefile").read_text(encoding="utf-8"):
        return "a browser draws the same with and without sanitizers: it did in the plain run"
    try:
        import selenium  # noqa: F401, PLC0415
    except ImportError:
        return "no selenium (Debian: python3-selenium)"
    return None


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if why_not():
        pytest.skip(why_not())
    from selenium import webdriver  # noqa: PLC0415
    from selenium.webdriver.chrome.service import Service  # noqa: PLC0415
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    profile = tmp_path_factory.mktemp("chromium")
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server", "--disable-background-networking", f"--user-data-dir={profile}"):
        options.add_argument(word)
    driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
    yield driver
    driver.quit()


def faults(browser, path):
    """What is wrong with that page, at each width and in each scheme."""
    browser.get(path.as_uri())
    found = []
    for width in WIDTHS:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False})
        for scheme in SCHEMES:
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
            found += [f"{path.name} at {width}, {scheme}: {fault}" for fault in browser.execute_script(CHECK)]
    return found


@pytest.mark.parametrize("language", ["en", "nl", "es", "de", "fr"])
def test_every_tone(browser, language):
    pages = sorted(GOLDEN.glob(f"*.{language}.html"))
    assert len(pages) >= 6
    assert [fault for page in pages for fault in faults(browser, page)] == []


@pytest.mark.parametrize("body, fault", [
    ("<p style='color:#888'>pale</p>", "contrast 3.54"),
    ("<p style='color:#000'>dark on dark</p><style>@media (prefers-color-scheme: dark) { body { background: #111 !important } }</style>", "dark: contrast"),
    ("<p style='white-space:nowrap'>" + "wide " * 80 + "</p>", "at 320, light: too wide"),
    ("<p>one</p><p style='margin-top:-40px'>other</p>", "over another"),
    ("<table><tr><td>laid out</td></tr></table>", "a table's role"),
    ("<table role='presentation'><tr><th scope='col'>data</th></tr></table>", "a table's role"),
    ("<table><tr><th>data</th></tr></table>", "without scope"),
    ("<a href='https://a.example/'>here</a> <a href='https://b.example/'>here</a>", "a link's text"),
    ("<h1>second</h1>", "not one h1"),
    ("<img src='cid:nothing' alt='gone' width='10'>", "a picture"),
], ids=["pale", "dark-on-dark", "too-wide", "over-another", "no-role", "wrong-role", "no-scope", "link", "two-h1", "no-picture"])
def test_the_check_finds(browser, tmp_path, body, fault):
    """So that no fault found means something."""
    page = tmp_path / "page.html"
    page.write_text(f"<!DOCTYPE html><html lang='en'><body style='background:#fff;color:#222'><h1>Page</h1>{body}</body></html>", encoding="utf-8")
    assert any(fault in found for found in faults(browser, page))


def png(width, height):
    """A picture of one colour."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + b"\x0b\x5c\x8a" * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_logo(browser, akkoord, tmp_path):
    """The picture that the mail brings is the one that its page shows, in its own proportions."""
    akkoord.run("init", "--state", akkoord.folder)
    (akkoord.folder / "logo.png").write_bytes(png(*PICTURE))
    config = akkoord.config.read_text(encoding="utf-8")
    akkoord.config.write_text(config.replace("organisation = {", 'organisation = { logo = "logo.png";', 1), encoding="utf-8")
    message = email.message_from_string(akkoord.run("template", "preview", "--language", "nl", "--part", "eml").out, policy=email.policy.default)
    [picture] = [part for part in message.walk() if part.get_content_type() == "image/png"]
    cid = picture["Content-ID"].strip("<>")
    page = message.get_body(("html",)).get_content()
    assert f'"cid:{cid}"' in page and picture.get_content() == png(*PICTURE)
    shown = tmp_path / "logo.html"
    shown.write_text(page.replace(f"cid:{cid}", "data:image/png;base64," + base64.b64encode(picture.get_content()).decode()), encoding="utf-8")
    assert faults(browser, shown) == []
    size = browser.execute_script("const box = document.querySelector('img').getBoundingClientRect(); return [box.width, box.height];")
    assert size == [220, 44]
