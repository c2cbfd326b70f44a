"""HTML to PDF with WeasyPrint: tagged, archivable, the same bytes every time, and nothing fetched from anywhere.

WeasyPrint's own fetcher reads `http:` and `file:`; here a page can reach nothing but the assets it is given. The font
is the one that matplotlib ships: a document must not look different where other fonts are installed.
"""

from __future__ import annotations

import contextlib
import gc
import io
import warnings
import weakref
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from audit.model.error import MissingLibraryError

APT_LINE = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf")
SCHEME = "asset"
"""`asset:DejaVuSans.ttf` in a page or style is the asset of that name."""


class Asset(msgspec.Struct, frozen=True):
    """Something that a page refers to."""

    content: bytes
    media_type: str


class AttachedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that travels inside the document."""

    name: str
    content: bytes
    holds: str


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be printed."""

    html: str
    style: str
    assets: Mapping[str, Asset]
    """By name, without the scheme; the fonts come of themselves."""
    attachments: Sequence[AttachedFile]
    dated: datetime
    """The attachments' date of creation and change."""


class LaidOut(msgspec.Struct, frozen=True, weakref=True):
    """A document with its pages made, ready to be written."""

    document: Any
    """WeasyPrint's own."""
    page: Page

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return len(self.document.pages)

    def write(self) -> bytes:
        """Write it as PDF/A-3a: tagged, with the attachments inside."""
        weasyprint = _weasyprint()
        attachments = [
            weasyprint.Attachment(
                file_obj=io.BytesIO(file.content),
                url_fetcher=_fetcher({}),
                name=file.name,
                description=file.holds,
                created=self.page.dated,
                modified=self.page.dated,
                relationship="Data",
            )
            # The standard wants the names of a PDF's name tree in order.
            for file in sorted(self.page.attachments, key=lambda file: file.name)
        ]
        with _few_collections(), warnings.catch_warnings():
            # WeasyPrint opens its colour profile and leaves the closing to the collector.
            warnings.simplefilter("ignore", ResourceWarning)
            written: bytes = self.document.write_pdf(
                pdf_variant="pdf/a-3a",
                pdf_tags=True,
                attachments=attachments,
                pdf_identifier=True,
                pdf_forms=True,
                finisher=_archivable,
            )
        return written


def lay_out(page: Page) -> LaidOut:
    """Make the pages.

    Raises MissingLibraryError where Pango or HarfBuzz is not installed.
    """
    weasyprint = _weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    fonts, fetcher = FontConfiguration(), _fetcher(page.assets)
    with contextlib.ExitStack() as undo:
        # It copies the fonts into a folder and leaves that to the collector, which may never come.
        undo.callback(fonts.__del__)
        style = weasyprint.CSS(string=page.style, font_config=fonts, url_fetcher=fetcher)
        with _few_collections():
            html = weasyprint.HTML(string=page.html, url_fetcher=fetcher, base_url=f"{SCHEME}:")
            document = html.render(
                font_config=fonts, stylesheets=[style], pdf_variant="pdf/a-3a", pdf_tags=True, pdf_forms=True
            )
        laid_out = LaidOut(document, page)
        weakref.finalize(laid_out, undo.pop_all().close)
    return laid_out


def check_engine() -> None:
    """Raise MissingLibraryError where Pango or HarfBuzz is not installed, before any work is done."""
    _weasyprint()


@cache
def drawable_signs() -> frozenset[str]:
    """The characters that every font of the document holds."""
    from matplotlib.ft2font import FT2Font

    held = [set(FT2Font(_font_folder() / name).get_charmap()) for name in FONTS]
    return frozenset(chr(point) for point in set.intersection(*held))


def _archivable(_document: Any, pdf: Any) -> None:
    """Mend what WeasyPrint 70 writes and PDF/A-3 (ISO 19005-3, 6.4.1 and 6.8) forbids.

    Attached files are listed twice in the catalog's list of associated files. Form fields have no appearance and ask
    the reader to make one: each is given an empty one, over the line that the page itself draws.
    """
    import pydyf

    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    _say_what_heads_are_of(pdf)
    _compress_attachments(pdf)
    form = pdf.catalog.get("AcroForm")
    if form is None:
        return
    form.pop("NeedAppearances", None)
    widgets = [each for each in pdf.objects if isinstance(each, pydyf.Dictionary) and each.get("Subtype") == "/Widget"]
    for widget in widgets:
        left, bottom, right, top = widget["Rect"]
        box = pydyf.Array([0, 0, right - left, top - bottom])
        empty = pydyf.Stream(
            extra={"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Resources": pydyf.Dictionary()}
        )
        pdf.add_object(empty)
        widget["AP"] = pydyf.Dictionary({"N": empty.reference})


def _compress_attachments(pdf: Any) -> None:
    """Compress each attached file once: WeasyPrint's writer does so twice, for the file and for its identifier."""
    import pydyf

    for each in pdf.objects:
        if isinstance(each, pydyf.Stream) and each.extra.get("Type") == "/EmbeddedFile" and each.compress:
            each.stream = [zlib.compress(b"".join(each.stream))]
            each.extra["Filter"] = "/FlateDecode"
            each.compress = False


def _say_what_heads_are_of(pdf: Any) -> None:
    """Tell of each head cell whether it is a column's or a row's: a row that also has data is headed by its own."""
    import pydyf

    def kind(each: Any) -> str:
        return str(each.get("S")) if isinstance(each, pydyf.Dictionary) else ""

    for row in pdf.objects:
        if kind(row) != "/TR":
            continue
        cells = [pdf.objects[int(str(reference, "ascii").split()[0])] for reference in row.get("K", ())]
        scope = "/Row" if any(kind(cell) == "/TD" for cell in cells) else "/Column"
        for cell in cells:
            if kind(cell) == "/TH":
                told = pydyf.Dictionary({"O": "/Table", "Scope": scope})
                attributes = cell.get("A")
                cell["A"] = told if attributes is None else pydyf.Array([attributes, told])


def _weasyprint() -> Any:
    try:
        # It prints advice of its own where a library is missing, and warns of a machine without fonts: ours come along.
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import weasyprint
            from weasyprint.text.ffi import harfbuzz_subset
    except OSError as error:
        raise MissingLibraryError(f"the PDF needs Pango, which is not installed; run `{APT_LINE}`") from error
    if harfbuzz_subset is None:
        # The substitute that WeasyPrint takes then writes other bytes.
        raise MissingLibraryError(f"the PDF needs HarfBuzz's subsetter, which is not installed; run `{APT_LINE}`")
    return weasyprint


def _fetcher(assets: Mapping[str, Asset]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class AssetFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        """Serves the page's own assets and the fonts, from memory and the font folder alone."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            scheme, _, name = url.partition(":")
            if scheme == SCHEME and name in FONTS:
                return URLFetcherResponse(url, (_font_folder() / name).read_bytes(), {"Content-Type": "font/ttf"})
            if scheme == SCHEME and name in assets:
                asset = assets[name]
                return URLFetcherResponse(url, asset.content, {"Content-Type": asset.media_type})
            raise ValueError(f"`{url}` is no part of the report, so it is not fetched")

    return AssetFetcher()


def _font_folder() -> Path:
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf"


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    """Hold the collector back: WeasyPrint makes millions of small objects, and all of them stay."""
    thresholds, enabled = gc.get_threshold(), gc.isenabled()
    gc.enable()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        if not enabled:
            gc.disable()
