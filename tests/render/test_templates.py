"""Templates are found, filled strictly and escaped."""

from __future__ import annotations

import jinja2
import pytest
from markupsafe import Markup

from audit.render.templates import environment, read_joined, read_template


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        environment().from_string("{{ nobody }}").render()


def test_a_missing_template_is_an_error() -> None:
    with pytest.raises(jinja2.TemplateNotFound):
        environment().get_template("absent.html.j2")


def test_text_is_escaped_and_what_cannot_be_seen_is_spelt_out() -> None:
    filled = environment().from_string('<p title="{{ text }}">{{ text }}</p>').render(text='<b>"\u202e')
    assert filled == '<p title="&lt;b&gt;&#34;[U+202E]">&lt;b&gt;&#34;[U+202E]</p>'


def test_markup_of_our_own_is_left_alone() -> None:
    assert environment().from_string("{{ ours }}").render(ours=Markup("<b>\u2028</b>")) == "<b>\u2028</b>"


def test_files_are_joined_in_the_order_of_their_names() -> None:
    joined = read_joined("style", ".css")
    assert joined.index("Design tokens") < joined.index("The page: text") < joined.index("Paper: no controls")
    assert joined.startswith(read_template("style/01-tokens.css"))
