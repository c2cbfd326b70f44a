"""What the library's objects look like in a notebook: small tables without script, every text of others escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from audit.evaluate.explain import Explanation, PolicyReason
from audit.model.finding import Finding
from audit.model.reach import ReachStep
from audit.model.result import AuditResult
from audit.model.review import Change, Comparison
from audit.render.excerpt import excerpt
from audit.render.view import build_view
from audit.render.view_causes import cause_words
from audit.render.view_index import index_result
from audit.render.view_words import count, visible
from audit.review.words import against_last_review

FINDINGS_SHOWN = 100

VERDICTS = {
    "allow": "allowed",
    "conditional": "allowed under conditions",
    "implicit_deny": "not allowed: nothing grants it",
    "explicit_deny": "not allowed: a statement denies it",
    "not_evaluated": "not evaluated",
}


def summary_html(result: AuditResult) -> str:
    """The first screen in a few lines."""
    view = build_view(result)
    rows = [(fact.name, f"{fact.value}{' (!)' if fact.alarming else ''}") for fact in (*view.population, *view.origin)]
    told = "".join(f"<li>{_text(words)}</li>" for words in (*view.lifecycle, *view.unanswered))
    return f"<p><strong>{_text(view.verdict)}</strong></p>{table_html((), rows)}<ul>{told}</ul>"


def findings_html(result: AuditResult, findings: Sequence[Finding]) -> str:
    """A row a finding, the most severe first; a list that was cut says so."""
    index = index_result(result)
    shown = excerpt(findings, FINDINGS_SHOWN, "frames.findings")
    rows = [
        (
            finding.severity.value,
            finding.rule,
            index.who(finding.subjects),
            finding.title,
            cause_words(finding.causes[0], index) if finding.causes else "",
            finding.fingerprint[:8],
        )
        for finding in shown.shown
    ]
    header = ("severity", "rule", "concerns", "what", "because of", "fingerprint")
    return table_html(header, rows) + (f"<p>{_text(shown.banner)}</p>" if shown.more else "")


def explanation_html(explanation: Explanation) -> str:
    """The answer, and every policy with the statements that bear on it."""
    head = f"{explanation.principal_arn} · {explanation.action}: {VERDICTS[explanation.verdict.value]}"
    conditions = "".join(f"<li>{_text(words)}</li>" for words in explanation.conditions)
    blocked = ", ".join(kind.value for kind in explanation.blocked_by)
    return "".join(
        (
            f"<p><strong>{_text(head)}</strong></p>",
            f"<ul>{conditions}</ul>" if conditions else "",
            f"<p>Blocked by: {_text(blocked)}</p>" if blocked else "",
            *map(_policy_html, explanation.policies),
        )
    )


def steps_html(steps: Sequence[ReachStep]) -> str:
    """A way from one to another, step by step."""
    rows = [
        (
            step.source,
            step.technique or step.type.value,
            step.target,
            VERDICTS[step.verdict.value],
            "; ".join((step.reason, *step.conditions)),
        )
        for step in steps
    ]
    return table_html(("from", "by", "to", "verdict", "why"), rows)


def comparison_html(comparison: Comparison) -> str:
    """What changed, what weakens the comparison, and the change of a policy behind each line."""
    notes = "".join(f"<li>{_text(note)}</li>" for note in comparison.notes)
    findings = [
        (change.change.value, change.severity.value, change.rule, change.title, change.because)
        for change in comparison.findings
        if change.change is not Change.UNCHANGED
    ]
    shown = excerpt(findings, FINDINGS_SHOWN, "comparison.findings")
    principals = [
        (f"{change.change.value}{', another one of the same name' if change.recreated else ''}", change.principal_arn)
        for change in comparison.principals
    ]
    return "".join(
        (
            f"<p><strong>{_text(against_last_review(comparison))}</strong></p>",
            f"<ul>{notes}</ul>" if notes else "",
            table_html(("finding", "severity", "rule", "what", "because"), shown.shown),
            f"<p>{_text(shown.banner)}</p>" if shown.more else "",
            table_html(("principal", "who"), principals[:FINDINGS_SHOWN]) if principals else "",
            f"<p>{_text(count(len(principals), 'principal'))} in all</p>" if len(principals) > FINDINGS_SHOWN else "",
        )
    )


def table_html(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A plain table of texts."""
    head = f"<thead><tr>{''.join(f'<th>{_text(cell)}</th>' for cell in header)}</tr></thead>" if header else ""
    body = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>{head}<tbody>{body}</tbody></table>"


def _policy_html(policy: PolicyReason) -> str:
    through = f" through group {policy.group}" if policy.group else ""
    told = [f"<li>cannot be evaluated: {_text(problem)}</li>" for problem in policy.problems]
    for statement in policy.statements:
        sid = f" ({statement.sid})" if statement.sid else ""
        lines = "\n".join(statement.lines) if statement.bears else ""
        shown = f"<pre>{_text(lines)}</pre>" if lines else ""
        told.append(f"<li>{_text(f'statement {statement.index + 1}{sid} {statement.says}')}{shown}</li>")
    return f"<p>{_text(f'{policy.type.value} {policy.name}{through}')}</p><ul>{''.join(told)}</ul>"


def _text(text: str) -> Markup:
    return escape(visible(text))
