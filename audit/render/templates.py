"""Templates, styles and scripts: where they lie, and the environment that fills them.

In an installed package they are in `audit/templates`, in a checkout in `templates` beside `audit`. Undefined names are
errors, everything is escaped, and what a reader could not see in a text is spelt out.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from audit.model.error import MissingLibraryError
from audit.render.view_words import count, day, moment, number, visible


@cache
def template_folder() -> Traversable:
    """The folder that holds the templates.

    Raises MissingLibraryError where the installation lacks it.
    """
    packaged = files("audit") / "templates"
    beside = Path(str(files("audit"))).parent / "templates"
    for folder in (packaged, beside):
        if folder.is_dir():
            return folder
    raise MissingLibraryError("the report templates are not installed; install mturk-audit again from its wheel")


def read_template(name: str) -> str:
    """The text of one file, named with `/` from the folder of templates."""
    return template_folder().joinpath(*name.split("/")).read_text(encoding="utf-8")


def read_joined(folder: str, ending: str) -> str:
    """The texts of all files of a folder with this ending, in the order of their names, a line feed after each."""
    return "".join(read_template(name).rstrip("\n") + "\n" for name in names_in(folder, ending))


def names_in(folder: str, ending: str) -> list[str]:
    """The names of all files of a folder with this ending, sorted."""
    entries = (template_folder() / folder).iterdir()
    return sorted(f"{folder}/{entry.name}" for entry in entries if entry.name.endswith(ending))


@cache
def environment() -> jinja2.Environment:
    """The environment of every HTML template, also of those that become PDF."""
    filled = jinja2.Environment(
        loader=jinja2.FunctionLoader(_load),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    filled.filters.update(code=code, count=count, day=day, moment=moment, number=number)
    return filled


def code(text: str) -> Markup:
    """Set what stands between backticks in the font of code; everything is escaped."""
    parts = visible(text).split("`")
    if len(parts) % 2 == 0:
        return escape(visible(text))
    marked = (Markup("<code>{}</code>").format(part) if place % 2 else escape(part) for place, part in enumerate(parts))
    return Markup("").join(marked)


def _load(name: str) -> str | None:
    try:
        return read_template(name)
    except FileNotFoundError:
        return None


def _finalize(value: object) -> object:
    """Spell out what cannot be seen in every text that a template prints; markup of ours is left alone."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
