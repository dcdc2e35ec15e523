"""A real server on a free port of the loopback and a real Chromium in front of it."""

import os
import socket
import subprocess
import sys
import time
import tomllib
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit
from uuid import uuid4

from playwright.sync_api import expect, sync_playwright

import finmodel
from finmodel.assumptions import edited
from finmodel.ui.desk import example_text
from finmodel.ui.run import references_today
from finmodel.workspace import Workspace

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]
READY = 60
PAY = "providers.partner_radiologist.compensation_per_fte"

# How far the run is that the page asked for last: asked for, begun, done. Read from the messages themselves, of which the page
# shows some late and some never: a request of the page is field 11 of what it sends; of what it gets, field 4 says that a run
# begins, and field 9, where its own field 2 is missing, that none goes on. Fields 1 and 2 may stand before.
WATCH = """(() => {
    const read = bytes => {
        let at = 0
        const number = () => {
            for (let found = 0, shift = 0; ; shift += 7) {
                found += (bytes[at] & 127) * 2 ** shift
                if (!(bytes[at++] > 127)) return found
            }
        }
        for (;;) {
            const field = number() >> 3
            const length = number()
            if (field > 2 || !field) return { field, content: bytes.slice(at, at + length) }
            at += length
        }
    }
    const heard = ({ data }) => {
        const { field, content } = read(new Uint8Array(data))
        if (field === 4) window.run = "begun"
        if (field === 9 && !content.includes(2 << 3) && window.run === "begun") window.run = "done"
    }
    const send = WebSocket.prototype.send
    WebSocket.prototype.send = function (said) {
        if (!this.isWatched) this.addEventListener("message", heard)
        this.isWatched = true
        if (read(new Uint8Array(said)).field === 11) window.run = "asked for"
        return send.call(this, said)
    }
})()"""

expect.set_options(timeout=30_000)


class Server:
    """The app as a user starts it, with its work in a folder of the test's own."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        settings = {**os.environ, "FINMODEL_DATA": str(self.folder), "FINMODEL_USER": "Dr. Test"}
        settings.pop("FINMODEL_DATABASE_URL", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "finmodel", "app", "--no-browser", "--port", str(self.port)],
            env=settings, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        until = time.monotonic() + READY
        while not self._answers():
            assert self.process.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.1)

    def _answers(self):
        asked = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/_stcore/health")
            return asked.getresponse().status == 200
        except OSError:
            return False
        finally:
            asked.close()

    def kill(self):
        """Stop it as a power cut would: kill -9."""
        self.process.kill()
        self.process.wait()

    def workspace(self):
        """What is stored, read and written beside the server."""
        return closing(Workspace.open(f"sqlite:///{self.folder}/finmodel.sqlite"))

    def stored(self, document_id):
        """The stored practice as plain tables."""
        with self.workspace() as workspace:
            return tomllib.loads(workspace.draft(document_id).content)

    def revision(self, document_id):
        """How often the practice was stored."""
        with self.workspace() as workspace:
            return workspace.draft(document_id).revision

    def own_practice(self, title, **entries):
        """The sample as an own practice with a first version; its id."""
        content = edited(example_text("sample"), {"name": title, **entries})
        with self.workspace() as workspace:
            draft = workspace.create("practice", title, content, author="Dr. Test")
            workspace.save_version(draft.document.id, revision=draft.revision, author="Dr. Test", reason="As sent",
                                   assumptions=references_today(), engine_version=finmodel.__version__)  # fmt: skip
        return draft.document.id


class Wire:
    """What passes between pages and the server; a page that is loaded again has a connection of its own."""

    def __init__(self):
        self.passing = {}

    def connect(self, to_page):
        """Pass on what a page and the server say, each way while it is not cut."""
        to_server = to_page.connect_to_server()
        ways = self.passing = {"there": True, "back": True}
        to_page.on_message(lambda said: to_server.send(said) if ways["there"] else None)
        to_server.on_message(lambda said: to_page.send(said) if ways["back"] else None)

    def cut(self, way):
        """Let nothing pass any more on the connection made last: there, or back."""
        self.passing[way] = False


class Visitor:
    """One browser window: what it asked of other machines, and what went wrong in it, is written down."""

    def __init__(self, browser, server, **options):
        self.server = server
        self.asked_elsewhere = []
        self.errors = []
        self.context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        self.context.route("**/*", self._only_here)
        self.context.add_init_script(WATCH)
        self.page = self.tab()

    def _only_here(self, route):
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            self.asked_elsewhere.append(route.request.url)
            route.abort()

    def wire(self):
        """The connection of the pages opened from now on, to be cut as if the network swallowed what is sent."""
        wire = Wire()
        self.context.route_web_socket("**/_stcore/stream", wire.connect)
        return wire

    def tab(self):
        """A tab of this window."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._said)
        return page

    def _said(self, message):
        # Streamlit looks for its server below the page's address first; that it is not there is no fault.
        if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
            self.errors.append(f"{message.text} {message.location.get('url', '')}")

    def open(self, path="/", page=None):
        """Open an address and wait until the page is drawn."""
        page = page or self.page
        page.goto(f"{self.server.url}{path}")
        drawn(page)
        return page


@contextmanager
def chromium():
    """A browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


def drawn(page):
    """Wait until the script has run to its end and the title of the page is there."""
    expect(page.get_by_test_id("stMain").get_by_role("heading", level=1).first).to_be_visible()
    settled(page)


def settled(page):
    """Wait until what the page asked for has been computed and is drawn."""
    page.wait_for_function("""asked => {
        const isQuiet = window.run === "done" && document.querySelector('[data-test-script-state="notRunning"]')
            && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')
        const before = window.quiet?.asked === asked ? window.quiet.times : 0
        window.quiet = { asked, times: isQuiet ? before + 1 : 0 }
        return window.quiet.times > 3
    }""", arg=uuid4().hex, polling=50)


def cell(page, path):
    """The input of one entry of the practice."""
    return page.locator(f'.grid [data-path="{path}"]')


def part(page, name):
    """Go to a part of the page Practice."""
    page.get_by_test_id("stMain").get_by_role("radio", name=name, exact=True).click()
    expect(page.get_by_test_id("stMain").get_by_role("radio", name=name, exact=True)).to_be_checked()
    settled(page)


def typed(page, path, text):
    """Type into a cell and press Enter, as a person does."""
    cell(page, path).click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def eventually(page, holds):
    """Wait until something outside the page is so."""
    for _ in range(400):
        if holds():
            return
        page.wait_for_timeout(100)
    assert holds()


def entry(server, practice, path):
    """What the store holds at a path, as a bare value."""
    found = server.stored(practice)
    for name in path.split("."):
        found = found[name]
    return found["value"] if isinstance(found, dict) else found


def column(server, practice):
    """The exams of all rows of the volumes, in the order of the file."""
    rows = [row for inner in server.stored(practice)["volumes"].values() for kinds in inner.values() for row in kinds.values()]
    return [row["base_exams"]["value"] if isinstance(row["base_exams"], dict) else row["base_exams"] for row in rows]


def pressed(page, target):
    """Click as a person does, whose finger stays down longer than a page takes to send what was typed before."""
    target.hover()
    page.mouse.down()
    page.evaluate("() => new Promise(sent => setTimeout(sent))")
    page.mouse.up()
