"""The data files of a site: tidy tables, JSON, and the data package that describes them.

They hold nothing that later records of the same file would change, so that a frozen copy can be
made again and compared: no line numbers, and the hash of the file only as it is given.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from factsheet.assess.snapshot import Assessment, Snapshot
from factsheet.formats import csv, json
from factsheet.inert import one_line
from factsheet.model import Source
from factsheet.report import words as t
from factsheet.report.cite import cite
from factsheet.report.columns import CITATION, ITEM, RECORD, Column, Columns, Quoted
from factsheet.report.content import Item, Listing, Watch
from factsheet.report.history import history
from factsheet.site.plan import Plan, newest, page_of
from factsheet.source_list import States

File = tuple[str, bytes]
"""A path below the first page, with slashes, and what stands in the file."""
PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
_LICENSE: Final = re.compile(r"[-a-zA-Z0-9._]+")


def files(plan: Plan, *, watch: Watch = iter) -> Iterator[File]:
    """Every data file: those of each promise first, then those of all together."""
    content = plan.content
    snapshot = _bare(plan)
    head = {
        **json.head(snapshot),
        "data_through": t.day(snapshot.cut_off) or None,
        "sha256": content.digest,
    }
    rows = []
    pages = [item for _, members in content.pillars for item in members]
    for page in watch(pages):
        place = page_of(page.ref.id)
        row = commitment(page, plan)
        rows.append(row)
        yield f"{place}data.json", json.encode({**head, "commitment": row})
        yield f"{place}history.csv", csv.records(history(page.assessment))
    told_of = cite(snapshot, content.digest, address=plan.permanent(""))
    yield (
        "dataset.json",
        json.encode({**head, "cite": told_of._asdict(), "commitments": rows}),
    )
    yield from _tables(plan, snapshot)


def with_copies(plan: Plan) -> Iterator[File]:
    """The tables once more, with the archived copies that are known today."""
    yield from _tables(plan, plan.content.snapshot)


def _bare(plan: Plan) -> Snapshot:
    """The snapshot without what is known of addresses, which changes while the records do not."""
    return replace(plan.content.snapshot, sources={})


def _tables(plan: Plan, snapshot: Snapshot) -> Iterator[File]:
    tables = {
        "commitments": csv.listing(Listing(snapshot, plan.items, dict)),
        "updates": csv.records(plan.content.records),
        "sources": csv.citations(quoted(plan.items, snapshot.sources)),
    }
    for name, data in tables.items():
        yield f"{name}.csv", data
    yield "datapackage.json", json.encode(package(plan, tables))


def commitment(page: Item, plan: Plan) -> dict[str, Any]:
    """A promise whole, as JSON has it."""
    content, item = plan.content, page.assessment
    address = plan.permanent(page_of(page.ref.id))
    return {
        **json.commitment(item, content.checked[page.ref.id]),
        **json.details(page, {}),
        "cite": cite(content.snapshot, content.digest, item=item, address=address)._asdict(),
    }


def quoted(items: list[Assessment], known: States) -> Iterator[Quoted]:
    """Every source with what cites it: the sources of the term, then those of its records."""

    def copy(source: Source) -> str | None:
        state = known.get(source.url)
        return state.archived if state else None

    for item in items:
        name = item.commitment.id
        for source in item.commitment.sources:
            yield Quoted(name, None, source, copy(source))
        for record in history(item):
            for source in record.update.sources:
                yield Quoted(name, record.update.id, source, copy(source))


def package(plan: Plan, tables: dict[str, bytes]) -> dict[str, Any]:
    """What the tables are, after Data Package 2.0."""
    content = plan.content
    dataset = content.snapshot.dataset
    publication = dataset.publication
    made = {
        "$schema": PROFILE,
        "name": dataset.agreement.id,
        "title": plan.title,
        "description": f"{content.title}, as of {content.snapshot.as_of}. {content.summary}",
        "version": f"{content.snapshot.as_of}",
        "homepage": plan.base,
        "created": t.moment(moment) if (moment := newest(dataset)) else "",
        "keywords": list(dict.fromkeys(each.pillar for each in dataset.commitments)),
        "licenses": _licenses(publication.license) if publication and publication.license else [],
        "contributors": [{"title": one_line(publication.publisher), "roles": ["publisher"]}]
        if publication and publication.publisher
        else [],
        "sources": [
            {"title": one_line(each.title or each.publisher or each.url), "path": each.url}
            for each in dataset.agreement.sources
        ],
    }
    return {
        **{key: value for key, value in made.items() if value},
        "resources": [
            _resource("commitments", "A row a promise.", ITEM, ["id"], tables),
            _resource("updates", "A row a record.", RECORD, ["item", "id"], tables),
            _resource("sources", "A row a source and what cites it.", CITATION, [], tables),
        ],
    }


def _licenses(license: str) -> list[dict[str, str]]:
    if license.startswith(("https://", "http://")):
        return [{"path": license}]
    return [{"name": license}] if _LICENSE.fullmatch(license) else []


def _resource(
    name: str, about: str, columns: Columns[Any], key: list[str], tables: dict[str, bytes]
) -> dict[str, Any]:
    data = tables[name]
    schema: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [_field(title, column) for title, column in columns.items()],
        "missingValues": [""],
    }
    if key:
        schema["primaryKey"] = key
    if "item" in columns:
        schema["foreignKeys"] = [
            {"fields": ["item"], "reference": {"resource": "commitments", "fields": ["id"]}}
        ]
    return {
        "name": name,
        "type": "table",
        "path": f"{name}.csv",
        "description": about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": schema,
    }


def _field(name: str, column: Column[Any]) -> dict[str, Any]:
    rules: dict[str, Any] = {"required": True} if column.required else {}
    if column.words:
        rules["enum"] = list(column.words)
    field = {"name": name, "type": column.kind, "description": column.about}
    return {**field, "constraints": rules} if rules else field
