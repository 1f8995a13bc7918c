"""Markdown that GitHub shows and pandoc reads; text from the dataset can never become markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from factsheet.progress import Assessment, Picture, accounts, ordered
from factsheet.render import table
from factsheet.render import text as t

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$!&^@])|(?<![\w])([-+](?=\s))|(\d+)([.)])(?=\s)")
_LINK = re.compile(r"(https?)(:)(//)|(www)(\.)", re.IGNORECASE)


def safe(text: str) -> str:
    """Text on one line, every character that Markdown would act on escaped; bare addresses do not turn into links."""

    def escape(match: re.Match[str]) -> str:
        if match[1] or match[2]:
            return f"\\{match[0]}"
        return f"{match[3]}\\{match[4]}"

    escaped = _MARKUP.sub(escape, t.one_line(text))
    return _LINK.sub(lambda match: match[0].replace(":", "\\:").replace(".", "\\."), escaped)


def link(text: str, url: str) -> str:
    """A link whose address cannot end early."""
    address = url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
    return f"[{safe(text)}](<{t.one_line(address)}>)"


def grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A pipe table; cells are already safe."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join(cells) + " |" for cells in rows]
    return "\n".join(lines) + "\n"


def listing(picture: Picture, items: Sequence[Assessment]) -> bytes:
    """The list as Markdown: a table a group, then what each party owes."""
    known = f", known by {picture.known_by}" if picture.known_by else ""
    parts = [
        f"# {safe(picture.dataset.agreement.title)}\n",
        f"As of {picture.as_of}{known}; data through {picture.cut_off or 'none'}.\n",
    ]
    for group, members in ordered(items):
        rows = [[safe(column.cell(item)) for column in table.COLUMNS] for item in members]
        parts += [f"## {safe(table.group_title(group))}\n", grid([column.name for column in table.COLUMNS], rows)]
    parts.append("\n".join(f"- {safe(table.account_line(account))}" for account in accounts(picture)) + "\n")
    return "\n".join(parts).encode("utf-8")
