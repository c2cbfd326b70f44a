"""Reading a rendered page as a browser's parser would, without a browser."""

from __future__ import annotations

import base64
import json
import zlib
from html.parser import HTMLParser
from typing import Any

RAW = ("script", "style")


class Page(HTMLParser):
    """The elements of a page with their attributes, the texts of scripts and styles, and all visible text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, dict[str, str | None], str]] = []
        self.text: list[str] = []
        self._inside: tuple[str, dict[str, str | None]] | None = None
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in RAW:
            self._inside = (tag, dict(attrs))
            self.raw.append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in RAW:
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside is None:
            self.text.append(data)
        else:
            tag, attributes, before = self.raw[-1]
            self.raw[-1] = (tag, attributes, before + data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of that name."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self) -> str:
        """All text outside scripts and styles, with single spaces."""
        return " ".join(" ".join(self.text).split())

    @property
    def policy(self) -> str:
        """The content security policy."""
        found = [each["content"] for each in self.all("meta") if each.get("http-equiv") == "Content-Security-Policy"]
        assert len(found) == 1
        assert found[0] is not None
        return found[0]

    def script(self) -> str:
        """The one script that runs."""
        (found,) = [text for tag, attributes, text in self.raw if tag == "script" and "type" not in attributes]
        return found

    def style(self) -> str:
        (found,) = [text for tag, _, text in self.raw if tag == "style"]
        return found

    def data(self) -> Any:
        """The data that the script reads."""
        ((kind, found),) = [
            (attributes["type"], text)
            for tag, attributes, text in self.raw
            if tag == "script" and attributes.get("id") == "data"
        ]
        return json.loads(zlib.decompress(base64.b64decode(found)) if kind == "application/zlib" else found)
