"""The words of a dataset in another language: which there are, which are missing or out of date.

A translation is a TOML file beside the dataset, one a language: a table for the agreement, one for
each commitment by its id, one for each update under ``updates``. Each text stands with the
fingerprint of the text that it translates, so that a translation which no longer fits is found.
Names of publishers may stand under ``publishers``; those that do not are names in every language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final, NamedTuple

from factsheet.lint.codes import Finding
from factsheet.model import Agreement, Also, Commitment, Dataset, Source, Update

Key = tuple[str, str]
"""The table of a text (``agreement``, ``publication``, a commitment's id, ``updates.<id>``) and its
key there. No commitment is called like one of the others (``vocabulary.RESERVED``)."""


UNTRANSLATED: Final = " [en]"
"""The mark of a text that lacks a translation."""


class Translated(NamedTuple):
    """A text in another language, and the fingerprint of the text that it translates."""

    text: str
    of: str


@dataclass(frozen=True, slots=True)
class Translation:
    """What a translation file holds. ``faults`` are its lines that are no translation, in words."""

    language: str
    texts: Mapping[Key, Translated] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


class Missing(NamedTuple):
    """A text without a translation that fits; ``stale`` is one of an earlier wording, if any."""

    key: Key
    original: str
    stale: str | None


def fingerprint(text: str) -> str:
    """The first 8 hex digits of the SHA-256 of a text."""
    return sha256(text.encode("utf-8")).hexdigest()[:8]


def read(data: Mapping[str, Any], language: str) -> Translation:
    """The translation that parsed TOML holds; what is none of its texts is a fault."""
    texts: dict[Key, Translated] = {}
    faults: list[str] = []
    tables: dict[str, Any] = {key: value for key, value in data.items() if key != "updates"}
    updates = data.get("updates", {})
    tables |= (
        {f"updates.{key}": value for key, value in updates.items()}
        if isinstance(updates, dict)
        else {"updates": updates}
    )
    for table, entries in tables.items():
        for key, entry in entries.items() if isinstance(entries, dict) else ((table, entries),):
            fits = isinstance(entry, dict) and set(entry) == {"text", "of"}
            if fits and all(isinstance(each, str) for each in entry.values()):
                if not entry["text"].strip():
                    continue  # a place that waits to be filled in
                texts[table, key] = Translated(entry["text"], entry["of"])
            else:
                faults.append(f'{table}.{key} is not {{ text = "...", of = "..." }}')
    return Translation(language, texts, tuple(faults))


def originals(dataset: Dataset) -> Iterator[tuple[Key, str]]:
    """Every text of a dataset that a reader reads, in the order of the file."""
    agreement = dataset.agreement
    yield ("agreement", "title"), agreement.title
    yield from ((("agreement", f"parties.{key}"), name) for key, name in agreement.parties.items())
    if dataset.publication and dataset.publication.title:
        yield ("publication", "title"), dataset.publication.title
    for term in dataset.commitments:
        for name in _TERM_TEXTS:
            if text := getattr(term, name):
                yield (term.id, name), text
        yield from (((term.id, f"readings.{key}"), text) for key, text in term.readings.items())
        for name in _MEASURE_TEXTS:
            if text := getattr(term.measure, name, None):
                yield (term.id, f"measure.{name}"), text
        for step in term.measure.milestones if term.measure else ():
            yield (term.id, f"steps.{step.id}"), step.title
        for update in term.updates:
            if update.note:
                yield (f"updates.{update.id}", "note"), update.note
            for entry in update.also:
                if entry.note:
                    yield (f"updates.{update.id}", f"note.{entry.item}"), entry.note


_TERM_TEXTS = ("title", "summary", "wording", "section", "due_note")
_MEASURE_TEXTS = ("unit", "counts", "path_source")


def missing(dataset: Dataset, translation: Translation) -> list[Missing]:
    """The texts that have no translation, or only one of an earlier wording, in file order."""
    found = []
    for key, original in originals(dataset):
        known = translation.texts.get(key)
        if _is_code(key, original) or (known and known.of == fingerprint(original)):
            continue
        found.append(Missing(key, original, known.text if known else None))
    return found


def _is_code(key: Key, text: str) -> bool:
    """Whether a text stays as it is: a unit that is a sign or a code (USD, %, GW), or one that is
    more Hangul than Latin letters. A Korean name in brackets makes no Korean of a sentence.
    """
    if key[1] == "measure.unit":
        return not any(letter.islower() for letter in text)
    hangul = sum("가" <= letter <= "힣" for letter in text)
    return hangul > sum(letter.isascii() and letter.isalpha() for letter in text)


def findings(dataset: Dataset, translation: Translation) -> list[Finding]:
    """What of a dataset lacks a translation, as warnings at the commitment that it belongs to."""
    places = {each.id: index for index, each in enumerate(dataset.commitments)}
    homes = {
        f"updates.{update.id}": (each.id, number)
        for each in dataset.commitments
        for number, update in enumerate(each.updates)
    }
    found = []
    for lack in missing(dataset, translation):
        table, key = lack.key
        item, number = homes.get(table, (table, None))
        loc: tuple[str | int, ...] = (table,)
        if item in places:
            loc = ("commitments", places[item])
            loc += () if number is None else ("updates", number)
        code = "untranslated" if lack.stale is None else "translation-stale"
        message = f"{table}.{key} has no text in {translation.language}"
        if lack.stale is not None:
            message = f"the {translation.language} text of {table}.{key} is of an earlier wording"
        found.append(
            Finding(code=code, message=message, loc=loc, item=item if item in places else None)
        )
    return found


def to_fill_in(lacks: list[Missing]) -> str:
    """A translation file with a place for every text that lacks one, the original above it."""
    from factsheet.source.insert import key_lines  # whoever only reads writes no TOML

    lines: list[str] = []
    table = None
    for lack in lacks:
        if lack.key[0] != table:
            table = lack.key[0]
            lines.append(f"\n[{table}]\n" if lines else f"[{table}]\n")
        original = lack.original.replace("\n", "\n#   ")
        lines.append(f"# {original}\n")
        key = lack.key[1] if lack.key[1].isidentifier() else f'"{lack.key[1]}"'
        entry = {"text": lack.stale or "", "of": fingerprint(lack.original)}
        lines.append(key_lines(key, entry))
    return "".join(lines)


def translated(dataset: Dataset, translation: Translation, *, notes: bool = True) -> Dataset:
    """The dataset in the words of a translation; what lacks one stays, marked as English.

    Without ``notes`` the records stay as they are, for whoever tells none: they are most of a file.
    """

    def say(table: str, key: str, original: str) -> str:
        known = translation.texts.get((table, key))
        if known and known.of == fingerprint(original):
            return known.text
        return original if _is_code((table, key), original) else original + UNTRANSLATED

    names = {
        name: known.text
        for (table, name), known in translation.texts.items()
        if table == "publishers" and known.of == fingerprint(name)
    }

    def name(sources: tuple[Source, ...]) -> tuple[Source, ...]:
        if not any(each.publisher in names for each in sources):
            return sources
        return tuple(
            replace(each, publisher=names.get(each.publisher or "", each.publisher))
            for each in sources
        )

    publication = dataset.publication
    if publication and publication.title:
        title = say("publication", "title", publication.title)
        publication = replace(publication, title=title)
    return replace(
        dataset,
        agreement=_agreement(dataset.agreement, say, name),
        publication=publication,
        commitments=tuple(_commitment(each, say, name, notes) for each in dataset.commitments),
    )


def _agreement(agreement: Agreement, say: Any, name: Any) -> Agreement:
    parties = {
        key: say("agreement", f"parties.{key}", called) for key, called in agreement.parties.items()
    }
    title = say("agreement", "title", agreement.title)
    return replace(agreement, title=title, parties=parties, sources=name(agreement.sources))


def _commitment(term: Commitment, say: Any, name: Any, notes: bool) -> Commitment:
    texts: dict[str, Any] = {
        key: say(term.id, key, text) for key in _TERM_TEXTS if (text := getattr(term, key))
    }
    readings = {key: say(term.id, f"readings.{key}", text) for key, text in term.readings.items()}
    measure: Any = term.measure
    if measure is not None:
        said = {
            key: say(term.id, f"measure.{key}", text)
            for key in _MEASURE_TEXTS
            if (text := getattr(measure, key, None))
        }
        if measure.milestones:
            said["steps"] = tuple(
                replace(step, title=say(term.id, f"steps.{step.id}", step.title))
                for step in measure.milestones
            )
        measure = replace(measure, **said)
    updates = term.updates
    if notes:
        updates = tuple(_update(update, say, name) for update in updates)
    texts |= {"readings": readings, "measure": measure, "updates": updates}
    return replace(term, **texts, sources=name(term.sources))


def _update(update: Update, say: Any, name: Any) -> Update:
    table = f"updates.{update.id}"

    def entry(each: Also) -> Also:
        return replace(each, note=say(table, f"note.{each.item}", each.note)) if each.note else each

    note = say(table, "note", update.note) if update.note else None
    also = tuple(map(entry, update.also)) if update.also else ()
    return replace(update, note=note, also=also, sources=name(update.sources))
