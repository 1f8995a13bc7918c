"""The merge of three versions: no record is lost, no byte changes, a real conflict stays one."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL
from hypothesis import given, settings
from hypothesis import strategies as st

from factsheet.source.insert import insert_commitment, insert_updates
from factsheet.source.lines import merge_lines
from factsheet.source.load import load
from factsheet.source.merge import merge
from factsheet.source.parse import parse

TODAY = dt.date(2026, 11, 24)
ITEMS = ("arms-purchases", "auto-tariff", "submarines", "auto-parts")


def update(
    text: str, item: int, identifier: str, day: dt.date = dt.date(2026, 6, 1), note: str = "하나"
) -> str:
    """The text with one record inserted, as ``factsheet update`` does it."""
    record = {
        "id": identifier,
        "date": day,
        "recorded": dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        "note": note,
    }
    return insert_updates(load(text, today=TODAY), [(item, record)], today=TODAY)[0]


def records(text: str) -> dict[str, dict[str, Any]]:
    """Every record of a text by id, with the item that it stands under."""
    return {
        record["id"]: {**record, "item": commitment["id"]}
        for commitment in parse(text)["commitments"]
        for record in commitment.get("updates", [])
    }


def terms(text: str) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in each.items() if key != "updates"}
        for each in parse(text)["commitments"]
    ]


def one(text: str, number: int, old: str, new: str) -> str:
    assert text.count(old) >= 1, old
    return text.replace(old, new, number)


def test_updates_of_one_item_are_united_in_the_order_of_their_dates() -> None:
    ours = update(
        update(SMALL, 0, "aaaaaaaa", dt.date(2026, 7, 1)), 0, "aaaaaaab", dt.date(2026, 9, 1)
    )
    theirs = update(
        update(SMALL, 0, "bbbbbbbb", dt.date(2026, 8, 1)), 0, "bbbbbbbc", dt.date(2026, 10, 1)
    )
    merged = merge(SMALL, ours, theirs)
    assert not merged.conflict
    assert list(records(merged.text))[:5] == [
        "00000001",
        "aaaaaaaa",
        "bbbbbbbb",
        "aaaaaaab",
        "bbbbbbbc",
    ]
    assert merge(SMALL, theirs, ours) == merged
    # Only lines were added to either side.
    for side in (SMALL, ours, theirs):
        rest = iter(merged.text.split("\n"))
        assert all(line in rest for line in side.split("\n"))


def test_a_record_changed_on_one_side_takes_the_change_and_one_deleted_goes() -> None:
    ours = one(
        update(SMALL, 0, "aaaaaaaa"), 1, "A sale was notified.", "A sale was notified to Congress."
    )
    start, end = (
        SMALL.index('\n[[commitments.updates]]\nid = "00000002"'),
        SMALL.index('\n[[commitments]]\nid = "submarines"'),
    )
    theirs = update(SMALL[:start] + SMALL[end:], 0, "bbbbbbbb")
    for sides in ((ours, theirs), (theirs, ours)):
        merged = merge(SMALL, *sides)
        assert not merged.conflict
        found = records(merged.text)
        assert set(found) == {"00000001", "aaaaaaaa", "bbbbbbbb"}
        assert found["00000001"]["note"] == "A sale was notified to Congress."


def test_terms_and_records_changed_apart_are_both_kept() -> None:
    ours = one(
        update(SMALL, 0, "aaaaaaaa"),
        1,
        'title = "Buy $25 billion of arms"',
        'title = "Buy arms for $25 billion"',
    )
    theirs = one(update(SMALL, 0, "bbbbbbbb"), 1, "due = 2030-12-31", "due = 2031-12-31")
    merged = merge(SMALL, ours, theirs)
    assert not merged.conflict
    assert (terms(merged.text)[0]["title"], terms(merged.text)[0]["due"].year) == (
        "Buy arms for $25 billion",
        2031,
    )
    assert {"aaaaaaaa", "bbbbbbbb"} < set(records(merged.text))


CLASHES = {
    "one term": ("due = 2030-12-31", "due = 2029-12-31", "due = 2031-12-31"),
    "one record": ("value = 3_111_800_000", "value = 1", "value = 2"),
    "the method": ('agreed = 2025-11-14', "agreed = 2025-11-13", "agreed = 2025-11-12"),
    "a comment": ("# tariffs follow", "# tariffs next", "# now tariffs"),
    "delete against change": ('status = "in-progress"\n', "", 'status = "stalled"\n'),
}  # fmt: skip


@pytest.mark.parametrize("case", CLASHES)
def test_what_both_sides_changed_is_a_marked_conflict_and_the_rest_is_merged(case: str) -> None:
    old, mine, other = CLASHES[case]
    merged = merge(
        SMALL,
        update(one(SMALL, 1, old, mine), 2, "aaaaaaaa"),
        update(one(SMALL, 1, old, other), 2, "bbbbbbbb"),
    )
    assert merged.conflict
    assert f"<<<<<<< ours\n{mine}".rstrip("\n") in merged.text
    assert (
        merged.text.count("<<<<<<< ours\n")
        == merged.text.count("=======\n")
        == merged.text.count(">>>>>>> theirs\n")
        == 1
    )
    take = [merged.text, merged.text]
    for number, (left, right) in enumerate(
        (("<<<<<<< ours\n", "=======\n"), ("=======\n", ">>>>>>> theirs\n"))
    ):
        before, _, rest = merged.text.partition("<<<<<<< ours\n")
        middle, _, after = rest.partition(">>>>>>> theirs\n")
        take[number] = before + middle.split("=======\n")[number] + after
        assert left in merged.text
        assert right in merged.text
    # Choosing either side gives that side with both new records.
    assert mine in take[0]
    assert other in take[1]
    assert all({"aaaaaaaa", "bbbbbbbb"} < set(records(text)) for text in take)


def test_deleting_an_item_that_the_other_side_updated_is_a_conflict() -> None:
    start, end = SMALL.index("# tariffs follow"), SMALL.index('[[commitments]]\nid = "submarines"')
    gone = SMALL[:start] + SMALL[end:]
    for sides in ((gone, update(SMALL, 1, "bbbbbbbb")), (update(SMALL, 1, "bbbbbbbb"), gone)):
        merged = merge(SMALL, *sides)
        assert merged.conflict
        assert "bbbbbbbb" in merged.text
    # Deleted and untouched: deleted.
    merged = merge(SMALL, update(SMALL, 0, "aaaaaaaa"), gone)
    assert not merged.conflict
    assert [each["id"] for each in terms(merged.text)] == [
        "arms-purchases",
        "submarines",
        "auto-parts",
    ]


def test_items_added_on_both_sides_are_both_kept() -> None:
    def add(text: str, identifier: str) -> str:
        new = {
            "id": identifier,
            "title": "T",
            "pillar": "trade",
            "owed_by": ["US"],
            "summary": "S.",
        }
        return insert_commitment(load(text, today=TODAY), new, today=TODAY)[0]

    ours, theirs = add(update(SMALL, 3, "aaaaaaaa"), "zinc"), add(add(SMALL, "copper"), "lead")
    merged = merge(SMALL, ours, theirs)
    assert not merged.conflict
    assert [each["id"] for each in terms(merged.text)] == [*ITEMS, "copper", "lead", "zinc"]
    assert merge(SMALL, theirs, ours) == merged
    clash = merge(SMALL, add(SMALL, "zinc"), add(SMALL, "zinc").replace('"T"', '"U"'))
    assert clash.conflict
    assert "<<<<<<< ours" in clash.text


def test_a_moved_item_keeps_what_the_other_side_recorded() -> None:
    start = SMALL.index('\n[[commitments]]\nid = "auto-parts"')
    moved = SMALL[:start].replace("\n# arms come first", SMALL[start:] + "\n# arms come first")
    for sides in ((moved, update(SMALL, 3, "bbbbbbbb")), (update(SMALL, 3, "bbbbbbbb"), moved)):
        merged = merge(SMALL, *sides)
        assert not merged.conflict
        assert next(each["id"] for each in terms(merged.text)) == "auto-parts"
        assert records(merged.text)["bbbbbbbb"]["item"] == "auto-parts"


def test_a_record_deleted_on_one_side_and_changed_on_the_other_is_a_conflict() -> None:
    start, end = (
        SMALL.index('\n[[commitments.updates]]\nid = "00000002"'),
        SMALL.index('\n[[commitments]]\nid = "submarines"'),
    )
    gone = update(SMALL[:start] + SMALL[end:], 1, "aaaaaaaa")
    changed = update(one(SMALL, 1, "value = 15", "value = 16"), 1, "bbbbbbbb")
    for sides in ((gone, changed), (changed, gone)):
        merged = merge(SMALL, *sides)
        assert merged.conflict
        assert "value = 16" in merged.text
        assert (
            merged.text.index("<<<<<<< ours")
            < merged.text.index("value = 16")
            < merged.text.index(">>>>>>> theirs")
        )
        assert merged.text.count("aaaaaaaa") == merged.text.count("bbbbbbbb") == 1


def test_line_ends_and_the_last_newline_follow_the_side_that_changed_them() -> None:
    ours, theirs = update(SMALL, 0, "aaaaaaaa"), update(SMALL, 0, "bbbbbbbb")
    united = merge(SMALL, ours, theirs).text
    for sides in ((ours.replace("\n", "\r\n"), theirs), (ours, theirs.replace("\n", "\r\n"))):
        assert merge(SMALL, *sides).text == united.replace("\n", "\r\n")
    for sides in ((ours.removesuffix("\n"), theirs), (ours, theirs.removesuffix("\n"))):
        assert merge(SMALL, *sides).text == united.removesuffix("\n")


def test_blank_lines_alone_never_conflict() -> None:
    ours, theirs = (
        one(SMALL, 1, "\n# tariffs follow", f"{blank}# tariffs follow")
        for blank in ("\n\n", "\n\n\n")
    )
    merged = merge(SMALL, update(ours, 0, "aaaaaaaa"), update(theirs, 0, "bbbbbbbb"))
    assert not merged.conflict
    assert {"aaaaaaaa", "bbbbbbbb"} < set(records(merged.text))


def test_of_two_gaps_the_longer_one_stays() -> None:
    ours, theirs = (
        one(SMALL, 1, "\n# tariffs follow", f"{blank}# tariffs follow")
        for blank in ("\n\n\n\n", "\n\n")
    )
    ours, theirs = update(ours, 0, "aaaaaaaa"), update(theirs, 0, "bbbbbbbb")
    for sides in ((ours, theirs), (theirs, ours)):
        merged = merge(SMALL, *sides)
        assert not merged.conflict
        assert "\n\n\n\n# tariffs follow" in merged.text


def test_what_one_side_deleted_goes_though_the_other_moved_blank_lines_beside_it() -> None:
    record = '\n[[commitments.updates]]\nid = "00000002"'
    commitment = '\n[[commitments]]\nid = "submarines"'
    last = '\n[[commitments]]\nid = "auto-parts"'
    for first, end in ((record, commitment), (commitment, last)):
        gone = SMALL[: SMALL.index(first)] + SMALL[SMALL.index(end) :]
        moved = one(SMALL, 1, first, f"\n\n{first}")
        gone, moved = update(gone, 0, "aaaaaaaa"), update(moved, 0, "bbbbbbbb")
        for sides in ((gone, moved), (moved, gone)):
            merged = merge(SMALL, *sides)
            assert not merged.conflict
            assert first not in merged.text
            assert {"aaaaaaaa", "bbbbbbbb"} < set(records(merged.text))
        # A comment is more than a blank line: it would be lost.
        noted = one(SMALL, 1, first, f"\n# seen by the ministry{first}")
        assert merge(SMALL, gone, noted).conflict


def test_what_is_clean_by_lines_but_no_dataset_is_not_called_clean() -> None:
    table = '[commitments.measure]\nkind = "level"\nunit = "x"\nbaseline = 1\ntarget = 2\n'
    base = update(SMALL, 3, "00000003")
    ours = one(
        base,
        1,
        'summary = "The same for parts."\ndue = 2026-01-31\n',
        f'summary = "S."\ndue = 2026-01-31\n{table}',
    )
    theirs = base + table
    assert load_ok(ours)
    assert load_ok(theirs)
    merged = merge(base, ours, theirs)
    assert merged.conflict
    assert "no valid dataset" in merged.why


def test_no_common_ancestor() -> None:
    assert merge("", SMALL, SMALL).text == SMALL
    merged = merge("", update(SMALL, 0, "aaaaaaaa"), update(SMALL, 0, "bbbbbbbb"))
    assert not merged.conflict
    assert {"aaaaaaaa", "bbbbbbbb"} < set(records(merged.text))


def test_without_an_ancestor_ours_decides_the_line_ends_that_both_bring() -> None:
    ours, theirs = update(SMALL, 0, "aaaaaaaa"), update(SMALL, 0, "bbbbbbbb")
    united = merge("", ours, theirs).text
    for sides in ((ours.removesuffix("\n"), theirs), (ours, theirs.removesuffix("\n"))):
        assert merge("", *sides).text == united.removesuffix("\n")
    for sides in ((ours.replace("\n", "\r\n"), theirs), (ours, theirs.replace("\n", "\r\n"))):
        assert merge("", *sides).text == united.replace("\n", "\r\n")


@pytest.mark.parametrize("broken", ["[[commitments\n", "<<<<<<< HEAD\n", 'x = """\n'])
def test_a_side_that_is_not_toml_is_merged_by_lines_or_not_at_all(broken: str) -> None:
    ours, theirs = SMALL.replace("# arms come first\n", broken), update(SMALL, 3, "bbbbbbbb")
    merged = merge(SMALL, ours, theirs)
    assert merged.conflict
    assert merged.why
    assert broken in merged.text
    assert "bbbbbbbb" in merged.text


def test_inline_updates_and_odd_orders_of_tables_lose_nothing() -> None:
    start = SMALL.index('\n[[commitments.updates]]\nid = "00000002"')
    end = SMALL.index('\n[[commitments]]\nid = "submarines"')
    when = "date = 2025-12-04, recorded = 2025-12-05T09:00:00Z"
    inline = f'updates = [\n  {{ id = "00000002", {when}, note = "x" }},\n]\n'
    base = SMALL[:start] + inline + SMALL[end:]
    ours = one(
        base,
        1,
        inline,
        inline.replace(
            "]",
            f'  {{ id = "0000000a", {when}, note = "y" }},\n]',
        ),
    )
    merged = merge(base, ours, update(base, 0, "bbbbbbbb"))
    assert not merged.conflict
    assert {"0000000a", "bbbbbbbb"} < set(records(merged.text))
    # [method] between two items, and a sub-table after the updates
    base = (
        SMALL.replace("# tariffs follow", "[method]\nahead = 1.1\n\n# tariffs follow")
        + '\n[[commitments.sources]]\nurl = "https://a.example"\n'
    )
    ours, theirs = (
        update(base, 1, "aaaaaaaa"),
        base.replace("ahead = 1.1", "ahead = 1.2").replace("a.example", "b.example"),
    )
    merged = merge(base, ours, theirs)
    assert not merged.conflict
    data = parse(merged.text)
    assert (str(data["method"]["ahead"]), data["commitments"][3]["sources"][0]["url"]) == (
        "1.2",
        "https://b.example",
    )
    assert "aaaaaaaa" in records(merged.text)


EDITS = ("update", "update", "update", "note", "drop", "due", "comment", "title")


def edited(
    text: str, rng: random.Random, side: str, items: list[int]
) -> tuple[str, set[str], set[str]]:
    """Some edits of some items, and the ids that were added and deleted."""
    added: set[str] = set()
    dropped: set[str] = set()
    for number in range(rng.randint(1, 5)):
        kind, item = rng.choice(EDITS), rng.choice(items)
        mark = f"{side}{number}{rng.randint(0, 999):03d}"
        if kind == "update":
            identifier = f"{side}{rng.randrange(16**7):07x}"
            day = dt.date(2026, 1, 1) + dt.timedelta(days=rng.randint(0, 300))
            text = update(
                text,
                item,
                identifier,
                day,
                note=rng.choice(["plain", "두 줄\n[[commitments]]\n", '"""', "# no comment"]),
            )
            added.add(identifier)
        elif kind == "drop" and item == 1 and '\nid = "00000002"' in text:
            start = text.index('\n[[commitments.updates]]\nid = "00000002"')
            end = (
                text.index("\n]\n", start) + 3
                if "\n]\n" in text[start : start + 400]
                else text.index("\n\n", start) + 1
            )
            if load_ok(cut := text[:start] + text[end:]) and set(records(text)) - set(
                records(cut)
            ) == {"00000002"}:
                text = cut
                dropped.add("00000002")
        elif kind == "note" and item == 0:
            text = text.replace("A sale was notified.", f"A sale was notified ({mark}).", 1)
        elif kind == "due" and item == 0:
            text = text.replace("due = 2030-12-31", f"due = 20{rng.randint(30, 50)}-12-31", 1)
        elif kind == "comment":
            text = text.replace("# tariffs follow", f"# tariffs follow {mark}", 1)
        elif kind == "title" and item == 3:
            text = text.replace("Lower the duty on parts", f"Lower the duty on parts {mark}", 1)
    return text, added, dropped


def load_ok(text: str) -> bool:
    return load(text, today=TODAY).dataset is not None


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_random_edits_of_the_same_items(seed: int, newline: str, final: bool) -> None:
    rng = random.Random(seed)
    base = SMALL if final else SMALL.removesuffix("\n")
    ours, mine, gone = edited(base, rng, "a", [0, 1, 2, 3])
    theirs, other, lost = edited(base, rng, "b", [0, 1, 2, 3])
    texts = [text.replace("\n", newline) for text in (base, ours, theirs)]
    merged = merge(*texts)
    assert merged.text.count("\n") == merged.text.count(newline)
    assert all(f'"{identifier}"' in merged.text for identifier in mine | other)
    if merged.conflict:
        assert "<<<<<<< ours" + newline in merged.text
        return
    assert merged.text.endswith(newline) == (final or ours.endswith("\n") or theirs.endswith("\n"))
    found, before = records(merged.text), records(base)
    assert set(found) == (set(before) | mine | other) - gone - lost
    for identifier, record in found.items():
        sides = [records(side).get(identifier) for side in (ours, theirs)]
        assert record in sides
    assert terms(merged.text) in [
        [
            {**a, **{key: value for key, value in b.items() if value != c.get(key)}}
            for a, b, c in zip(*each, strict=True)
        ]
        for each in [(terms(ours), terms(theirs), terms(base))]
    ]
    back = merge(texts[0], texts[2], texts[1])
    assert back == merged
    assert (
        merge(texts[0], merged.text, texts[1]).text == merged.text
    )  # merging a side again changes nothing


def test_lines_that_both_sides_agree_on_stay_outside_the_markers() -> None:
    marked = "new\n<<<<<<< ours\nb\n=======\nc\nd\n>>>>>>> theirs\nend\n"
    sides = ("new\nb\nend\n", "new\nc\nd\nend\n")
    assert merge_lines("a\n", *sides) == (marked, True)
    # The last line of one may be the first of the other: no line counts as both lead and end.
    marked = "x\n<<<<<<< ours\n=======\nx\n>>>>>>> theirs\n"
    assert merge_lines("a\n", "x\n", "x\nx\n") == (marked, True)


LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=8).map("".join)


@settings(max_examples=300, deadline=None)
@given(LINES, LINES, LINES)
def test_merging_lines_keeps_every_changed_line_of_both_sides(
    base: str, ours: str, theirs: str
) -> None:
    assert merge_lines(base, ours, base) == (ours, False)
    assert merge_lines(base, base, theirs) == (theirs, False)
    assert merge_lines(base, ours, ours) == (ours, False)
    text, conflict = merge_lines(base, ours, theirs)
    assert conflict == ("<<<<<<< ours\n" in text)
    for side in (ours, theirs):
        for line in set(side.splitlines()):
            extra = side.splitlines().count(line) - base.splitlines().count(line)
            assert text.splitlines().count(line) >= min(extra, 1)


@settings(max_examples=100, deadline=None)
@given(st.integers(3, 30), st.data())
def test_lines_changed_apart_merge_without_conflict(length: int, data: st.DataObject) -> None:
    base = [f"line {number}\n" for number in range(length)]
    spots = data.draw(st.lists(st.integers(0, (length - 1) // 2), unique=True, min_size=1))
    ours, theirs, both = list(base), list(base), list(base)
    for number, spot in enumerate(spots):
        changed = data.draw(
            st.sampled_from(["", "new\n", "new\nnewer\n", f"line {2 * spot}\nmore\n"])
        )
        (ours if number % 2 else theirs)[2 * spot] = changed
        both[2 * spot] = changed
    assert merge_lines("".join(base), "".join(ours), "".join(theirs)) == ("".join(both), False)


def test_the_command_writes_ours_and_says_what_clashes(run: Any, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("base", "ours", "theirs")]

    def merged(*texts: str) -> Any:
        for path, text in zip(paths, texts, strict=True):
            path.write_bytes(text.encode("utf-8"))
        return run("merge", *paths)

    result = merged(SMALL, update(SMALL, 0, "aaaaaaaa"), update(SMALL, 0, "bbbbbbbb"))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert {"aaaaaaaa", "bbbbbbbb"} < set(records(paths[1].read_text(encoding="utf-8")))
    assert paths[0].read_text(encoding="utf-8") == SMALL
    result = merged(SMALL, SMALL.replace("2030-12", "2031-12"), SMALL.replace("2030-12", "2032-12"))
    assert result.exit_code == 1
    assert "in arms-purchases" in result.stderr
    assert "<<<<<<< ours\n" in paths[1].read_text(encoding="utf-8")
    # Each side is valid, both together are not: one retracts what the other deleted.
    start, end = SMALL.index("\n[[commitments.updates]]"), SMALL.index("\n# tariffs follow")
    deleted = SMALL[:start] + SMALL[end:]
    retraction = {
        "id": "cccccccc",
        "date": dt.date(2026, 5, 20),
        "recorded": dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
    }
    retracted, _ = insert_updates(
        load(SMALL, today=TODAY),
        [(0, {**retraction, "retracts": "00000001", "note": "wrong"})],
        today=TODAY,
    )
    result = merged(SMALL, retracted, deleted)
    assert result.exit_code == 1
    assert "together they are not" in result.stderr
    assert run("merge", paths[0], paths[1], tmp_path / "none").exit_code == 3
