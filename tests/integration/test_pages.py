"""What a web server says that stops in the middle, says nothing, or says it is elsewhere; and what nobody changed."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest

from orchestrator.adapters.movers.static import pages
from orchestrator.adapters.pages import Page, Site, Visitor
from orchestrator.model.machines import Reach, TreeServer
from orchestrator.model.move import Pages, StaticMove

pytestmark = pytest.mark.integration


class _Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        where = {"/away": "/there"}.get(self.path, "")
        body = self.headers["Host"].encode()
        self.send_response({"/": 200, "/away": 301, "/short": 200}.get(self.path, 404))
        self.send_header("Content-Length", str(len(body) + 5 * (self.path == "/short")))
        if where:
            self.send_header("Location", where)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.path == "/short"

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as made:
        yield made


def asked(port: int, path: str, host: str = "one.test") -> Page:
    visitor = Visitor(Site(address="127.0.0.1", port=port, host=host))
    try:
        return visitor.page(path)
    finally:
        visitor.close()


def test_a_page_is_told_by_its_bytes_and_a_site_by_its_name(port: int) -> None:
    page = asked(port, "/")
    assert (page.good, page.status, page == asked(port, "/")) == (True, 200, True)
    assert page != asked(port, "/", host="two.test")


def test_a_redirection_is_told_by_where_it_leads(port: int) -> None:
    page = asked(port, "/away")
    assert (page.good, page.location) == (True, "/there")


def test_what_is_not_there_or_not_whole_is_no_good_page(port: int) -> None:
    assert (asked(port, "/none").good, asked(port, "/none").said) == (False, "404")
    page = asked(port, "/short")
    assert (page.good, page.status, bool(page.fault)) == (False, 0, True)


def test_behind_tls_a_site_is_asked_for_by_its_name(tmp_path: Path) -> None:
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")]
    told = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=other.test", *files]
    subprocess.run(told, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    named: list[str | None] = []
    context.sni_callback = lambda _, name, __: named.append(name)
    with serving(context) as port:
        visitor = Visitor(Site(address="127.0.0.1", port=port, host="one.test", tls=True))
        assert visitor.page("/").good
        visitor.close()
    assert named == ["one.test"]


def test_nobody_there_is_told() -> None:
    assert "refused" in asked(1, "/").said


def test_a_side_that_talks_otherwise_is_told_without_its_signs_and_is_not_asked_for_page_after_page() -> None:
    came: list[object] = []

    class Rude(StreamRequestHandler):
        def handle(self) -> None:
            came.append(self)
            self.wfile.write(b"\x1b]0;mine\x07 no HTTP at all\r\n\r\n")

    with ThreadingTCPServer(("127.0.0.1", 0), Rude) as rude:
        threading.Thread(target=rude.serve_forever, daemon=True).start()
        port = rude.server_address[1]
        server = TreeServer(name="web", reach=Reach(address="127.0.0.1"), address="127.0.0.1", path="/srv")
        many = Pages(host="one.test", port=port, paths=("/",) * 50)
        move = StaticMove(system="S-1", slug="s-1", source=server, target=server, pages=many)
        found = pages.asked(move, server, many.paths)
        rude.shutdown()
    assert {page.fault for page in found} == {"]0;mine no HTTP at all"}
    assert ([page.good for page in found], len(came)) == ([False] * 50, 3)


@pytest.mark.parametrize(
    ("path", "moving", "gone", "changed"),
    [
        ("/a/b.html", {"/a/b.html"}, False, True),
        ("/a/b.html?x=1", {"/a/b.html"}, False, True),
        ("/a/", {"/a/index.html"}, False, True),
        ("/", {"/index.html"}, False, True),
        ("/a/b.html", {"/a"}, False, False),  # another file came or went beside it
        ("/a/b.html", {"/a"}, True, True),
        ("/b.html", {""}, True, True),
        ("/a/b.html", {"/c"}, True, False),
    ],
)
def test_what_people_changed_since_is_told_from_a_fault(path: str, moving: set[str], gone: bool, changed: bool) -> None:
    assert pages._changed(path, moving, gone=gone) is changed
