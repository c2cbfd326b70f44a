"""The documents say what is true: commands, options, formats, files, rules, exit codes, packages and links."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

import audit
from audit.catalog.load import load_profile
from audit.cli.exit_code import ExitCode
from audit.cli.group import CommandGroup
from audit.cli.main import COMMANDS, command_named
from audit.model.privilege import RiskClass, Severity
from audit.policy.case import decode_case
from audit.policy.simulate import simulate
from audit.render.formats import FORMATS, report_files
from audit.review.revoked_but_present import INFO as REVOKED_BUT_PRESENT
from audit.rules.registry import rule_infos
from tests.meta.tree import PROJECT, tracked_files

README = (PROJECT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8")
DOCUMENTS = [path for path in tracked_files() if path.suffix == ".md"]
SHARED = {"run": ("collect", "report")}
"""Commands whose section refers to those of others."""


def _section(title: str, text: str = README) -> str:
    """What stands under a heading, up to the next one of its level or above."""
    level, _, _ = title.partition(" ")
    after = text.partition(f"\n{title}\n")[2]
    assert after, f"there is no heading {title}"
    return re.split(rf"\n#{{1,{len(level)}}} ", after)[0]


def _options(name: str) -> dict[str, click.Option]:
    """The options of a command, or of all the commands of a group."""
    command = command_named(name)
    assert command is not None
    commands = [command]
    if isinstance(command, CommandGroup):
        commands = [found for each in command.modules if (found := command.command_named(each)) is not None]
        assert len(commands) == len(command.modules)
    return {
        option: parameter
        for each in commands
        for parameter in each.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if option.startswith("--")
    }


def _told(name: str) -> str:
    return "".join(_section(f"### `{section}`") for section in (name, *SHARED.get(name, ())))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_names_every_option_and_no_other(name: str) -> None:
    told = set(re.findall(r"--[a-z][a-z-]*", _told(name)))
    options = set(_options(name))
    assert options <= told, "an option is not in the README"
    assert told <= {each for section in (name, *SHARED.get(name, ())) for each in _options(section)} | options


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_lists_the_same_choices_as_help(name: str) -> None:
    """`--format html|pdf` in the README: each spelling with choices names all of them, in order."""
    told = _told(name).replace("\\|", "|")
    for option, parameter in _options(name).items():
        for choices in re.findall(rf"`{option} ([a-z]+(?:\|[a-z]+)+)`", told):
            assert isinstance(parameter.type, click.Choice)
            if name not in SHARED:
                assert choices == "|".join(parameter.type.choices)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_every_option_does(name: str) -> None:
    assert not [option for option, parameter in _options(name).items() if not parameter.help]


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    told = set(re.findall(r"^mturk-audit (?:--\S+ )*([a-z-]+)", README, re.MULTILINE))
    assert told
    assert told <= set(COMMANDS)
    assert re.findall(r"^### `([a-z-]+)`$", README, re.MULTILINE) == list(COMMANDS)


def test_every_example_of_the_readme_is_understood() -> None:
    """Names of options and commands, as click parses them."""
    examples = re.findall(r"^mturk-audit (.+)$", README, re.MULTILINE)
    assert len(examples) >= 6
    for example in examples:
        name, *words = example.split()
        command = command_named(name)
        assert command is not None
        assert {word for word in words if word.startswith("--")} <= set(_options(name)), example


def test_every_command_of_the_quarter_is_understood() -> None:
    """That they print what the page shows, `tests/cli/test_quarter.py` finds out by running them."""
    commands = re.findall(r"^mturk-audit (.+)$", (PROJECT / "QUARTER.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) >= 10
    for told in commands:
        name, second, *words = told.split()
        command = command_named(name)
        if isinstance(command, CommandGroup):
            command = command.command_named(second)
        assert command is not None, told
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, told


def test_the_case_of_the_readme_is_answered_as_it_says() -> None:
    case = decode_case(re.findall(r"^\{\"id\": .*\}$", _section("### `simulate`"), re.MULTILINE)[0])
    assert case.expected is not None
    assert simulate(case, datetime(2026, 11, 23, tzinfo=UTC)).verdict is case.expected.verdict


def test_the_readme_lists_every_rule_with_its_title_and_worst_severity() -> None:
    told = re.findall(r"^\| `([a-z-]+)` \| (.+) \| (critical|high|medium|low) \|$", README, re.MULTILINE)
    # The review's own finding stands where the README tells of the review.
    known = (*rule_infos(), REVOKED_BUT_PRESENT)
    assert told == [(rule.id, rule.title, rule.severity.value) for rule in known]


def test_the_readme_lists_every_file_of_a_report() -> None:
    section = _section("## What a report consists of")
    told = set(re.findall(r"`([a-z-]+\.(?:html|pdf|json|csv|sarif|graphml|xml|md))`", section))
    # The Parquet files are the tables once more, told of in one row.
    assert told == {name for name in report_files() if not name.endswith(".parquet")}


def test_the_readme_says_which_formats_are_written_by_default() -> None:
    rows = re.findall(r"^\| `([a-z]+)` \| ([^|]+) \| (yes|on request) \| ", README, re.MULTILINE)
    assert [(name, default) for name, _, default in rows] == [
        (name, "yes" if format_.by_default else "on request") for name, format_ in FORMATS.items()
    ]


def test_the_readme_lists_every_exit_code() -> None:
    told = [int(code) for code in re.findall(r"^\| (\d+) \| ", _section("## Exit codes"), re.MULTILINE)]
    assert told == sorted(ExitCode)


def test_the_readme_lists_every_risk_class_and_the_numbers_of_the_catalog() -> None:
    profile = load_profile()
    flat = " ".join(README.split())
    assert ", ".join(risk.value for risk in RiskClass) in flat
    assert f"* {len(profile.privileges)} privileges" in flat
    assert f"the {len(profile.retired)} retired names" in flat
    assert "|".join([*(severity.value for severity in Severity), "never"]) in flat.replace("\\|", "|")


def test_the_readme_names_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path in DOCUMENTS:
        named = set(re.findall(r"`?\bmake ([a-z-]+)\b`?(?=[` ]*(?:`|  #|$))", (PROJECT / path).read_text(), re.M))
        assert named <= targets, path


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_links_lead_somewhere(path: Path) -> None:
    text = (PROJECT / path).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (PROJECT / path).parent / name if name else PROJECT / path
        assert file.exists(), f"{path}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def _exists(name: str) -> bool:
    return (PROJECT / name).exists()


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_paths_of_the_project_exist(path: Path) -> None:
    text = (PROJECT / path).read_text(encoding="utf-8")
    for name in re.findall(r"`((?:audit|tests|templates|\.ci)/[^`\s<>*{}]*)`", text):
        made = name == "audit/templates"  # where the wheel puts templates/
        assert made or _exists(name), f"{path}: {name}"


def test_the_architecture_lists_every_package_in_the_order_of_the_layers() -> None:
    told = [name.removesuffix(".py") for name in re.findall(r"^\| `audit/([\w.]+)` \|", ARCHITECTURE, re.MULTILINE)]
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = [each for each in settings["tool"]["importlinter"]["contracts"] if each["type"] == "layers"]
    names = [name.strip("() ") for layer in layers["layers"] for name in layer.split("|")]
    present = [name for name in names if _exists(f"audit/{name}") or _exists(f"audit/{name}.py")]
    assert told == present


def test_the_changelog_tells_of_every_command() -> None:
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`{name}`" not in changelog] == []


def test_the_changelog_has_the_version_that_this_is() -> None:
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", changelog, re.MULTILINE)
    assert newest is not None
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    assert newest[1] == audit.__version__ == settings["project"]["version"]
