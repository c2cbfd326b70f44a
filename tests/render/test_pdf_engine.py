"""What turns HTML into PDF: it reaches nothing outside, and says in one line what is not installed."""

from __future__ import annotations

import base64
import gc
import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pikepdf
import pytest

from audit.render.pdf_engine import APT_LINE, Asset, AttachedFile, Page, drawable_signs, lay_out
from tests.render.printed import printed_text

DATED = datetime(2026, 10, 7, 9, 30, tzinfo=UTC)
PNG_BASE64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
PNG = base64.b64decode(PNG_BASE64)


def page(body: str, style: str = "", attachments: tuple[AttachedFile, ...] = ()) -> Page:
    return Page(
        html=f"<!doctype html><html lang=en><title>t</title><body>{body}",
        style=style,
        assets={"dot.png": Asset(PNG, "image/png")},
        attachments=attachments,
        dated=DATED,
    )


def images(pdf: pikepdf.Pdf) -> int:
    return sum(entry.get("/Subtype") == "/Image" for entry in pdf.objects if isinstance(entry, pikepdf.Stream))


@pytest.fixture
def asked() -> Iterator[tuple[int, list[str]]]:
    """A server on loopback, and the paths that were asked of it."""
    paths: list[str] = []

    class Recorder(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(PNG)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Recorder)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, paths
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_reaches_neither_the_network_nor_files(asked: tuple[int, list[str]], tmp_path: Path) -> None:
    """Even if a text were to become markup: there is nothing that it could load."""
    port, paths = asked
    secret = tmp_path / "secret.png"
    secret.write_bytes(PNG)
    urls = [
        f"http://127.0.0.1:{port}/x.png",
        secret.as_uri(),
        str(secret),
        "file:///etc/passwd",
        f"data:image/png;base64,{PNG_BASE64}",
        "asset:../../etc/passwd",
    ]
    body = "".join(
        f"<img src='{url}' alt=\"x\"><a rel=attachment href='{url}'>x</a><p style='background: url(\"{url}\")'>x</p>"
        for url in urls
    )
    style = f'@import "http://127.0.0.1:{port}/a.css"; @font-face {{ font-family: F; src: url("{secret.as_uri()}") }}'
    written = lay_out(page(body, style)).write()
    assert paths == []
    with pikepdf.open(io.BytesIO(written)) as pdf:
        assert not pdf.attachments
        assert images(pdf) == 0
    assert "root:" not in printed_text(written)


def test_its_own_assets_are_drawn(caplog: pytest.LogCaptureFixture) -> None:
    written = lay_out(page('<img src="asset:dot.png" alt="a dot">')).write()
    assert not caplog.records
    with pikepdf.open(io.BytesIO(written)) as pdf:
        assert images(pdf) == 1


def test_attachments_stand_in_the_order_of_their_names_with_the_given_date() -> None:
    files = tuple(AttachedFile(name=name, content=name.encode(), holds=f"the {name}") for name in ("b.csv", "a.json"))
    with pikepdf.open(io.BytesIO(lay_out(page("x", attachments=files)).write())) as pdf:
        assert list(pdf.attachments) == ["a.json", "b.csv"]
        assert [str(file.UF) for file in pdf.Root.AF] == ["a.json", "b.csv"]
        assert pdf.attachments["b.csv"].description == "the b.csv"
        assert pdf.attachments["b.csv"].get_file().creation_date == DATED


def test_the_collector_works_as_before_afterwards() -> None:
    before = gc.get_threshold()
    lay_out(page("x")).write()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_the_fonts_hold_the_signs_that_the_report_uses() -> None:
    assert set("◆▲●◑○·…–“”’é×") <= drawable_signs()
    assert "\u65e5" not in drawable_signs()


@pytest.mark.parametrize(
    "library",
    [
        'print("long advice")\nraise OSError("cannot load library \'libpango-1.0-0\'")',
        "import sys, types\n"
        "sys.modules['weasyprint.text'] = types.ModuleType('weasyprint.text')\n"
        "sys.modules['weasyprint.text.ffi'] = ffi = types.ModuleType('weasyprint.text.ffi')\n"
        "ffi.harfbuzz_subset = None\n__path__ = []",
    ],
    ids=["pango", "harfbuzz-subset"],
)
def test_a_missing_library_is_one_sentence_with_the_line_that_installs_it(library: str, tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text(library)
    code = (
        "from audit.model.error import MissingLibraryError\nfrom audit.render.pdf import render_pdf\n"
        "from tests.render.factory import one_result\n"
        "try:\n    render_pdf(one_result())\nexcept MissingLibraryError as error:\n    print(error)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.count("\n") == 1
    assert told.stdout.endswith(f"which is not installed; run `{APT_LINE}`\n")
    assert told.stderr == ""
