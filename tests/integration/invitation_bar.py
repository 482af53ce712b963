#!/usr/bin/python3
"""What Thunderbird makes of invitations, as whoever gets them sees it: invitation_bar.py FOLDER ADDRESS MESSAGE...

Opens each message in turn in one Thunderbird (a new profile with one account of ADDRESS and one calendar), presses the button that its invitation bar offers (to accept, to update, to
delete; an answer is not sent), and prints a JSON line: the bar's words and the buttons that were seen, which was pressed, and what the calendar holds then. With AKKOORD_PICTURES set,
FOLDER/N.png shows each before that.

Has to be run where no network is but a loopback (a network namespace): nothing it looks up may leave. Speaks Marionette, the program's own remote control: nothing is told from pixels."""
import json
import os
import pathlib
import socket
import subprocess
import sys
import time

START_TIMEOUT_S, BAR_TIMEOUT_S = 180, 120

PREFERENCES = {
    "app.update.enabled": False, "app.normandy.enabled": False, "app.shield.optoutstudies.enabled": False, "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True, "toolkit.telemetry.enabled": False, "extensions.update.enabled": False,
    "extensions.getAddons.cache.enabled": False, "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False, "network.proxy.type": 0,
    "services.settings.server": "data:,#remote-settings-dummy/v1", "mailnews.start_page.enabled": False, "mailnews.start_page_override.mstone": "ignore",
    "mail.rights.version": 1, "mail.shell.checkDefaultClient": False, "mail.spotlight.firstRunDone": True, "mail.provider.suppress_dialog_on_startup": True,
    "mail.spam.version": 1, "mail.inappnotifications.enabled": False, "app.donation.eoy.version.viewed": 999, "mail.accounthub.enabled": False, "mail.accounthub.addressbook.enabled": False,
    "calendar.timezone.local": "UTC", "calendar.timezone.useSystemTimezone": False, "calendar.itip.compatSendMode": 0, "marionette.port": 0,
    "mail.accountmanager.accounts": "account1,account2", "mail.accountmanager.defaultaccount": "account1", "mail.accountmanager.localfoldersserver": "server2",
    "mail.account.account1.server": "server1", "mail.account.account1.identities": "id1", "mail.account.account2.server": "server2",
    "mail.server.server1.type": "imap", "mail.server.server1.hostname": "127.0.0.1", "mail.server.server1.port": 1, "mail.server.server1.userName": "somebody",
    "mail.server.server1.login_at_startup": False, "mail.server.server1.check_new_mail": False, "mail.server.server2.type": "none",
    "mail.server.server2.hostname": "Local Folders", "mail.server.server2.userName": "nobody", "mail.identity.id1.fullName": "Somebody", "mail.identity.id1.valid": True,
    "mail.identity.id1.smtpServer": "smtp1", "mail.smtpservers": "smtp1", "mail.smtp.defaultserver": "smtp1", "mail.smtpserver.smtp1.hostname": "127.0.0.1",
    "mail.smtpserver.smtp1.port": 1, "mail.smtpserver.smtp1.type": "smtp", "mail.smtpserver.smtp1.authMethod": 1, "mail.smtpserver.smtp1.try_ssl": 0,
    "calendar.registry.c1.type": "storage", "calendar.registry.c1.name": "Home", "calendar.registry.c1.uri": "moz-storage-calendar://",
    "calendar.registry.c1.calendar-main-default": True, "calendar.registry.c1.calendar-main-in-composite": True, "calendar.registry.c1.imip.identity.key": "id1",
    "calendar.list.sortOrder": "c1",
}

# The bar stands in about:message, which a message's tab holds.
BAR = """
const tabs = Services.wm.getMostRecentWindow("mail:3pane").document.getElementById("tabmail");
function barOf() {
  const inner = tabs.currentTabInfo.chromeBrowser?.contentWindow;
  const bar = inner?.document.documentURI == "about:message" ? inner.document.getElementById("imip-bar") : null;
  return bar && isSeen(bar) ? bar : null;
}
function isSeen(element) { return !element.hidden && !element.collapsed && element.getBoundingClientRect().width > 0; }
"""

OPEN = BAR + """
const [path, done] = arguments;
tabs.closeOtherTabs(tabs.tabInfo[0], true);
const { MailUtils } = ChromeUtils.importESModule("resource:///modules/MailUtils.sys.mjs");
const file = Components.classes["@mozilla.org/file/local;1"].createInstance(Components.interfaces.nsIFile);
file.initWithPath(path);
MailUtils.openEMLFile(Services.wm.getMostRecentWindow("mail:3pane"), file, Services.io.newFileURI(file));
done(true);
"""

READ = BAR + """
const [done] = arguments;
const bar = barOf();
const buttons = bar ? [...bar.querySelectorAll("toolbarbutton[id]")].filter(isSeen).map(button => button.id) : [];
done(bar ? { words: bar.querySelector("description").textContent.trim(), buttons } : null);
"""

# An answer is not sent.
PRESS = BAR + """
const [done] = arguments;
const silent = { imipAcceptButton: "imipAcceptButton_AcceptDontSend", imipUpdateButton: "imipUpdateButton", imipDeleteButton: "imipDeleteButton" };
const bar = barOf();
const button = Object.keys(silent).map(id => bar.querySelector("#" + id)).find(found => found && isSeen(found));
if (button) bar.querySelector("#" + silent[button.id]).doCommand();
done(button ? button.id : null);
"""

CALENDAR = """
const done = arguments[0];
const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
(async () => {
  const items = [];
  for (const calendar of cal.manager.getCalendars())
    for (const item of await calendar.getItemsAsArray(Components.interfaces.calICalendar.ITEM_FILTER_ALL_ITEMS, 0, null, null))
      items.push({ uid: item.id, title: item.title, starts: item.startDate.icalString, ends: item.endDate.icalString, sequence: item.getProperty("SEQUENCE") ?? "0", status: item.status,
                   transparent: item.getProperty("TRANSP"), });
  return items;
})().then(done, error => done({ error: String(error) }));
"""

class Marionette:
    """One connection: a length, a colon, and JSON, both ways."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=BAR_TIMEOUT_S)
        self.rest, self.number = b"", 0
        self.receive()
        self.say("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"timeouts": {"script": BAR_TIMEOUT_S * 1000}}}})
        self.say("Marionette:SetContext", {"value": "chrome"})

    def receive(self):
        while b":" not in self.rest:
            self.read()
        length, self.rest = self.rest.split(b":", 1)
        while len(self.rest) < int(length):
            self.read()
        text, self.rest = self.rest[:int(length)], self.rest[int(length):]
        return json.loads(text)

    def read(self):
        some = self.socket.recv(65536)
        assert some, "Thunderbird hung up"
        self.rest += some

    def say(self, command, parameters):
        self.number += 1
        text = json.dumps([0, self.number, command, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(text), text))
        _, number, error, result = self.receive()
        assert number == self.number and error is None, error
        return result["value"] if result and "value" in result else result

    def run(self, script, *arguments):
        return self.say("WebDriver:ExecuteAsyncScript", {"script": script, "args": list(arguments), "newSandbox": False})


def wait_for(what, timeout_s, condition):
    deadline = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come about in {timeout_s} s"
        time.sleep(0.2)


def write_profile(folder, address):
    folder.mkdir()
    wanted = {**PREFERENCES, "mail.identity.id1.useremail": address, "mail.server.server1.name": address}
    (folder / "user.js").write_text("".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in wanted.items()), encoding="utf-8")


def settled(marionette):
    """The bar once it says the same twice with something to press or read."""
    before = None

    def again():
        nonlocal before
        now, last = marionette.run(READ), before
        before = now
        time.sleep(0.5)
        return now if now and now == last else None
    return wait_for("the invitation bar", BAR_TIMEOUT_S, again)


def look_at(marionette, folder, message, number, display):
    """Says what is there, and presses what the bar offers."""
    marionette.run(OPEN, str(message))
    bar, before = settled(marionette), marionette.run(CALENDAR)
    if os.environ.get("AKKOORD_PICTURES"):
        subprocess.run(["import", "-window", "root", str(folder / f"{number}.png")], env=display, check=True)
    pressed = marionette.run(PRESS)
    after = wait_for("what was pressed", BAR_TIMEOUT_S, lambda: (now := marionette.run(CALENDAR)) != before and [now])[0] if pressed else before
    print(json.dumps({**bar, "pressed": pressed, "calendar": after}), flush=True)


def main():
    folder, address, messages = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], [pathlib.Path(name).resolve() for name in sys.argv[3:]]
    write_profile(folder / "profile", address)
    (folder / "home").mkdir()
    read, write = os.pipe()
    screen = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    display = {**os.environ, "DISPLAY": ":" + os.read(read, 20).decode().strip(), "HOME": str(folder / "home"), "MOZ_CRASHREPORTER_DISABLE": "1", "GDK_BACKEND": "x11", "NO_AT_BRIDGE": "1",
               "XDG_RUNTIME_DIR": str(folder), "LC_ALL": "C.UTF-8", "MOZ_REMOTE_ALLOW_SYSTEM_ACCESS": "1"}
    with open(folder / "thunderbird.log", "wb") as log:
        program = subprocess.Popen(["thunderbird", "-profile", str(folder / "profile"), "-no-remote", "-marionette", "-remote-allow-system-access"], env=display, stdout=log, stderr=log)
    try:
        port = folder / "profile/MarionetteActivePort"
        wait_for("Thunderbird", START_TIMEOUT_S, lambda: program.poll() is None and port.exists() and port.read_text().strip())
        marionette = Marionette(int(port.read_text()))
        for number, message in enumerate(messages, 1):
            look_at(marionette, folder, message, number, display)
    finally:
        for process in (program, screen):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


if __name__ == "__main__":
    main()
