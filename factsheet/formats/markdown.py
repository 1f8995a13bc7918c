"""Markdown that GitHub shows and pandoc reads; text from the dataset can never become markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from factsheet.assess.accounts import accounts
from factsheet.assess.snapshot import Snapshot, ordered
from factsheet.formats import table
from factsheet.inert import one_line
from factsheet.report import words as t
from factsheet.report.cite import cite
from factsheet.report.highlights import also_line, groups_of
from factsheet.report.history import Event, also_text, summary
from factsheet.report.speech import _, say, word

if TYPE_CHECKING:
    from factsheet.report.brief import Brief
    from factsheet.report.cards import Quantity
    from factsheet.report.content import Item, Link, Listing, Report, Told, Watch
    from factsheet.report.highlights import Agenda, Group, Line

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$!&^])|(?<![\w])([-+](?=\s))|(\d+)([.)])(?=\s)")
_ALONE = re.compile(r"[-+=]+|\d+[.)]")
_LINK = re.compile(r"\b(?:https?|ftp|mailto|xmpp):|\bwww\.|@", re.IGNORECASE)


def safe(text: str) -> str:
    """Text on one line, every character that Markdown would act on escaped; bare addresses do not
    turn into links.
    """

    def escape(match: re.Match[str]) -> str:
        if match[1] or match[2]:
            return f"\\{match[0]}"
        return f"{match[3]}\\{match[4]}"

    text = one_line(text)
    if _ALONE.fullmatch(text):
        # All of a line, it would be a rule, the underline of a heading, or an empty entry of a
        # list.
        return f"{text[:-1]}\\{text[-1]}"
    escaped = _MARKUP.sub(escape, text)
    if escaped.startswith(":"):
        escaped = (
            f"\\{escaped}"  # pandoc would make the line before it a term and this its definition
        )
    # Written by number: an escaped sign still turns an address into a link.
    return _LINK.sub(lambda match: f"{match[0][:-1]}&#{ord(match[0][-1])};", escaped)


def link(text: str, url: str) -> str:
    """A link whose address cannot end early."""
    address = (
        url.replace("(", "%28")
        .replace(")", "%29")
        .replace("<", "%3C")
        .replace(">", "%3E")
        .replace(" ", "%20")
    )
    return f"[{safe(text)}](<{one_line(address)}>)"


def grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A pipe table; cells are already safe."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join(cells) + " |" for cells in rows]
    return "\n".join(lines) + "\n"


def listing(listed: Listing) -> bytes:
    """The list as Markdown: a table a group, then what each party owes."""
    snapshot, items = listed.snapshot, listed.items
    listed_text = t.listed_text(snapshot, len(items))
    dates = "; ".join(filter(None, (t.dates_line(snapshot), listed_text)))
    parts = [
        f"# {safe(snapshot.dataset.agreement.title)}\n",
        f"{dates[0].upper()}{dates[1:].removesuffix('.')}.\n",
    ]
    for group, members in ordered(items):
        rows = [[safe(column.cell(item)) for column in table.COLUMNS] for item in members]
        parts += [
            f"## {safe(t.group_title(group))}\n",
            grid([_(column.name) for column in table.COLUMNS], rows),
        ]
    parts.append(
        "\n".join(f"- {safe(t.account_line(account))}" for account in accounts(listed.part)) + "\n"
    )
    return "\n".join(parts).encode("utf-8")


def events(found: Sequence[Event], snapshot: Snapshot) -> bytes:
    """A list of events with linked sources, each told once."""
    title = say("{title}: events", title=snapshot.dataset.agreement.title)
    parts = [f"# {safe(title)}\n"]
    for event in found:
        update, name = event.update, event.main.item.commitment.id
        links = ", ".join(
            link(source.publisher or source.url, source.url) + _copy(source.url, snapshot)
            for source in update.sources
        )
        text = f"- {safe(t.date(update.date))} **{safe(name)}** {safe(summary(event.main))}"
        if others := also_text(event):
            text += "; " + _("also:") + f" {safe(others)}"
        parts.append(f"{text} ({links})" if links else text)
    return ("\n".join(parts) + "\n").encode("utf-8")


def _copy(url: str, snapshot: Snapshot) -> str:
    state = snapshot.sources.get(url)
    return f" ({link(t.copy_words(state), state.archived)})" if state and state.archived else ""


def agenda(content: Agenda) -> bytes:
    """What to look at, a list for each reason."""
    snapshot = content.snapshot
    title = safe(snapshot.dataset.agreement.title)
    head = say("{title}: what to look at", title=title)
    parts = [f"# {head}\n", f"{safe(t.agenda_line(snapshot, content.until))}\n"]
    parts += _groups([*groups_of(content.entries, snapshot)], _("Nothing."))
    return ("\n".join(parts).rstrip("\n") + "\n").encode("utf-8")


def report(content: Report, *, watch: Watch = iter) -> bytes:
    """The report as Markdown: paragraphs, lists and pipe tables only, which GitHub shows and pandoc
    turns into a document.
    """
    return ("\n".join(_report(content, watch)).rstrip("\n") + "\n").encode("utf-8")


def _report(content: Report, watch: Watch) -> Iterator[str]:
    yield f"# {safe(content.title)}\n"
    yield from (f"- {safe(name)}: {safe(value)}" for name, value in content.identity)
    yield from ("- " + _("source") + f": {_links([each])}" for each in content.sources)
    yield "\n" + _heading(2, _("At a glance"))
    yield " ".join(map(safe, content.verdict)) + "\n"
    yield f"{safe(content.summary)}\n"
    if content.headline:
        yield _heading(3, _("Headline terms"))
        yield grid(
            [_("term"), _("status"), _("value"), *_figures_head()],
            (
                [safe(each.ref.title), t.status(each.item.status), *_numbers(each)]
                for each in content.headline
            ),
        )
    yield _heading(3, _("By status"))
    yield grid(
        [_("status"), _("items"), _("means")],
        ([t.status(status), str(count), safe(means)] for status, count, means in content.statuses),
    )
    yield _heading(3, _("Who keeps the bargain"))
    yield from (f"- {safe(t.account_line(account))}" for account in content.accounts)
    counted = _(
        "Parts are counted, not the sum they make up; a joint promise counts for each party."
    )
    yield f"\n{counted}\n"
    if content.quantities:
        yield _heading(3, _("Terms with numbers"))
        yield grid(
            [_("term"), _("value"), _("target or limit"), *_figures_head()],
            (
                [safe(each.ref.title), safe(each.value), safe(each.target), *_numbers(each)[1:]]
                for each in content.quantities
            ),
        )
    yield _heading(2, _("Needs attention"))
    nothing = _("Nothing is overdue, breached, late, contradictory, disputed or stale.")
    yield from _groups(content.attention, nothing)
    if content.changes:
        since = say("Changed since {date}", date=t.date(content.changes.since))
        yield _heading(2, since) + f"\n{safe(content.changes.intro)}\n"
        yield from _groups(content.changes.groups, _("Nothing changed."))
    for title, items in content.pillars:
        yield f"## {safe(title)}\n"
        for item in watch(items):
            yield from _item(item)
            told = cite(content.snapshot, content.digest, item=item.assessment)
            yield _("Cite") + f": {safe(told.sentence)}\n"
    yield _heading(2, _("Method"))
    yield from (f"{safe(paragraph)}\n" for paragraph in content.method)
    rows = ([safe(pace), safe(means)] for pace, means in content.thresholds)
    yield grid([_("pace"), _("means")], rows)
    rows = ([safe(t.status_and_code(code)), safe(means)] for code, means in content.meanings)
    yield grid([_("status"), _("means")], rows)
    yield _heading(2, _("Corrections"))
    yield from _group(content.corrections)
    told = cite(content.snapshot, content.digest)
    # Indented, it is code: nothing in it is markup.
    bibtex = "\n".join(f"    {line}" for line in told.bibtex.splitlines())
    yield "\n" + _heading(2, _("How to cite")) + f"\n{safe(told.sentence)}\n\n{bibtex}\n"


def _heading(level: int, title: str) -> str:
    return "#" * level + f" {title}\n"


def _figures_head() -> list[str]:
    return [_("progress"), _("expected"), _("pace"), _("data through")]


def brief(content: Brief) -> bytes:
    """The brief: about a screen of Markdown."""
    parts = [
        f"# {safe(content.title)}\n",
        f"{safe(content.dates)}\n",
        safe(" ".join(content.verdict)) + "\n",
        _heading(2, say("New since {date}", date=t.date(content.since))),
        *map(_line, content.news),
        *([] if content.news else [_("Nothing.")]),
        *([f"- {content.news_left}"] if content.news_left else []),
    ]
    if content.due:
        parts += ["\n" + _heading(2, _("Overdue and due soon")), *map(_line, content.due)]
        parts += [f"- {content.due_left}"] if content.due_left else []
    parts.append("\n" + _heading(2, _("Who keeps the bargain")))
    parts += [f"- {safe(each.text)}" for each in content.standings]
    parts += [f"- {content.standings_left}"] if content.standings_left else []
    if content.headline:
        rows = [
            [
                safe(each.quantity.ref.title),
                each.owed_by,
                t.status(each.quantity.item.status),
                _numbers(each.quantity)[0] or safe(each.quantity.progress),
                safe(each.quantity.pace),
                safe(each.age),
            ]
            for each in content.headline
        ]
        header = [_("headline term"), _("owed by"), _("status"), _("value"), _("pace")]
        header.append(_("evidence"))
        parts += ["", grid(header, rows).rstrip("\n")]
        parts += [content.headline_left] if content.headline_left else []
    return ("\n".join(parts) + "\n").encode("utf-8")


def _numbers(each: Quantity) -> list[str]:
    none = "–"
    value = say("{value} {goal}", value=each.value or none, goal=each.goal) if each.goal else ""
    said = (value, each.progress or none, each.expected or none, each.pace, each.through or none)
    return [safe(cell) for cell in said]


def _groups(groups: Sequence[Group], otherwise: str) -> Iterator[str]:
    for group in groups:
        yield f"### {safe(group.title)}\n"
        yield from _group(group)
    if not groups:
        yield f"{otherwise}\n"


def _group(group: Group) -> Iterator[str]:
    if group.intro:
        yield f"{safe(group.intro)}\n"
    for line in group.lines:
        yield _line(line._replace(date=None) if group.compact and line.text else line)
    if group.lines:
        yield ""


def _line(line: Line) -> str:
    # A date that begins with "2026. " would begin a numbered list.
    date = f"{safe(t.date(line.date))} " if line.date else ""
    text = f": {safe(line.text)}" if line.text else ""
    others = f" ({safe(also_line(line))})" if line.also else ""
    return f"- {date}{safe(line.ref.title)}{text}{others}"


def _item(item: Item) -> Iterator[str]:
    now = item.assessment
    known = (("overdue", now.overdue), ("disputed", now.disputed), ("stale", now.stale))
    flags = [word("evidence", code) for code, on in known if on]
    yield f"### {safe(item.ref.title)}\n"
    yield (
        f"**{t.status_and_code(now.status)}** {safe(item.since)}"
        + "".join(f", **{flag}**" for flag in flags)
        + f" ({item.ref.id})\n"
    )
    yield f"{safe(item.summary)}\n"
    for party, reading in item.readings:
        yield "- **" + say("{party} reads", party=party) + f":** {safe(reading)}"
    yield from (f"- {name}: {safe(value)}" for name, value in item.facts)
    yield ""
    if item.figures:
        yield _heading(4, _("Measure"))
        yield from (f"- {name}: {safe(value)}" for name, value in item.figures)
        yield from (
            f"- {safe(step.title)}: {safe(step.when or word('step', step.state))}"
            for step in item.milestones
        )
        yield ""
    if item.findings:
        yield _heading(4, _("Doubts"))
        yield from (f"- {safe(finding)}" for finding in item.findings)
        yield ""
    if item.events:
        yield _heading(4, _("History"))
        yield from map(_event, item.events)
        yield ""
    if item.sources:
        yield _("The term") + f": {_links(item.sources)}\n"


def _event(event: Told) -> str:
    gone = _("withdrawn") + ": " if event.withdrawn else ""
    what = f"**{safe(event.text)}** " if event.text else ""
    sources = f"{_links(event.sources)}; " if event.sources else ""
    return f"- {safe(event.date)} {gone}{what}{safe(event.note)} ({sources}{event.record})"


def _links(sources: Sequence[Link]) -> str:
    return "; ".join(
        " ".join(
            part
            for part in (
                link(each.name, each.url),
                safe(each.title),
                safe(each.when),
                f"({link(each.copy, each.archived)})" if each.archived else "",
            )
            if part
        )
        for each in sources
    )
