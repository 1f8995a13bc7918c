"""What must hold of the arithmetic for every dataset and every two dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from factsheet.assess import pace
from factsheet.assess.accounts import accounts
from factsheet.assess.pace import PACE_WORDS
from factsheet.assess.snapshot import Assessment, Snapshot, assess, counting
from factsheet.lint import doubts
from factsheet.measures import Amount, Level, Limit, Milestones, Step, Sum, Waypoint
from factsheet.model import Agreement, Commitment, Dataset, Method, Source, Update
from factsheet.vocabulary import CLOSED, GROUPS, STATUSES

FIRST = dt.date(2026, 1, 1)
DAYS = st.integers(0, 40).map(lambda days: FIRST + dt.timedelta(days=days * 9))
"""Few days, so that records often share one."""
ZONES = [dt.timezone(dt.timedelta(hours=hours)) for hours in (0, 9, -11, 14)]
MOMENTS = st.tuples(DAYS, st.sampled_from(ZONES)).map(
    lambda when: dt.datetime.combine(when[0], dt.time(2), when[1])
)
"""So early that some were yesterday in UTC."""
VALUES = st.integers(-5, 60).map(lambda value: Decimal(value) / 2)
BY = dt.date(2026, 12, 31)
COMMON: dict[str, Any] = {"pillar": "trade", "summary": "s", "title": "t"}
MEASURES: dict[str, Any] = {
    "amount": Amount(kind="amount", unit="USD", counts="c", target=Decimal(20), by=BY),
    "path": Amount(
        kind="amount",
        unit="USD",
        counts="c",
        target=Decimal(20),
        path=(
            Waypoint(date=dt.date(2026, 6, 30), value=Decimal(3)),
            Waypoint(date=dt.date(2026, 9, 30), value=Decimal(12)),
        ),
    ),
    "level": Level(kind="level", unit="%", baseline=Decimal(25), target=Decimal(15)),
    "cap": Limit(kind="limit", unit="USD", window="calendar-year", max=Decimal(12)),
    "floor": Limit(kind="limit", unit="USD", window="continuous", min=Decimal(4)),
    "steps": Milestones(
        kind="milestones",
        steps=(
            Step(id="a", title="A", due=dt.date(2026, 4, 1)),
            Step(id="b", title="B"),
            Step(id="c", title="C", due=BY),
        ),
    ),
    "status": None,
}
SUM = Commitment(
    id="sum", owed_by=("A",), parts=("amount", "path"), measure=Sum(kind="sum"), **COMMON
)
SOURCE = Source(url="https://example.org", kind="primary")


@st.composite
def records(draw: st.DrawFn, name: str) -> tuple[Update, ...]:
    """Records of one commitment, any of which may withdraw any earlier one, and be
    withdrawn itself.
    """
    measure = MEASURES[name]
    made: list[Update] = []
    for number in range(draw(st.integers(0, 5))):
        numeric = measure is not None and not isinstance(measure, Milestones)
        made.append(
            Update(
                id=f"{len(name):02x}{ord(name[0]):02x}{number:04x}",
                date=draw(DAYS),
                recorded=draw(MOMENTS),
                through=draw(st.none() | DAYS) if numeric else None,
                status=draw(st.none() | st.sampled_from(STATUSES)),
                value=draw(st.none() | VALUES) if numeric else None,
                reached=draw(st.lists(st.sampled_from("abc"), max_size=2).map(tuple))
                if name == "steps"
                else (),
                note=draw(st.none() | st.just("n") | st.just("n\u200b")),
                disputed=draw(st.booleans()),
                sources=draw(st.sampled_from([(), (SOURCE,)])),
                retracts=draw(st.none() | st.sampled_from(made).map(lambda update: update.id))
                if made
                else None,
            )
        )
    return tuple(made)


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    terms = [
        Commitment(
            id=name,
            owed_by=draw(st.sampled_from([("A",), ("B",), ("A", "B")])),
            due=draw(st.none() | st.just(dt.date(2026, 10, 1)))
            if name not in ("amount", "path")
            else BY,
            measure=measure,
            updates=draw(records(name)),
            **COMMON,
        )
        for name, measure in MEASURES.items()
    ]
    agreement = Agreement(
        id="pact", title="t", agreed=dt.date(2025, 12, 31), parties={"A": "Aland", "B": "Bland"}
    )
    return Dataset(
        schema=1,
        agreement=agreement,
        method=Method(review_every_days=60),
        commitments=(SUM, *terms),
    )


def answers(snapshot: Snapshot) -> dict[str, Any]:
    """All that the arithmetic says, without what is only a place in the file."""
    warnings = doubts.doubts(snapshot)
    each = {
        item.commitment.id: (
            *conclusions(item),
            item.history,
            item.withdrawn,
            sorted((found.code, found.message) for found in warnings[item.commitment.id]),
        )
        for item in snapshot.items
    }
    return {**each, "": accounts(snapshot)}


def conclusions(item: Assessment) -> tuple[Any, ...]:
    """What an item comes to, whatever records led there."""
    return (
        item.status,
        item.status_by,
        item.measurement,
        item.overdue,
        item.stale,
        item.disputed,
        item.last_update,
    )


def with_records(dataset: Dataset, change: Callable[[Commitment], tuple[Update, ...]]) -> Dataset:
    return replace(
        dataset,
        commitments=tuple(replace(term, updates=change(term)) for term in dataset.commitments),
    )


many = partial(settings, deadline=None)


@many(max_examples=60)
@given(datasets(), DAYS, st.none() | DAYS)
def test_what_comes_later_never_changes_an_earlier_answer(
    dataset: Dataset, as_of: dt.date, known_by: dt.date | None
) -> None:
    """The answer is that of a file in which everything dated or written later is not there yet."""

    def earlier(term: Commitment) -> tuple[Update, ...]:
        return tuple(
            update
            for update in term.updates
            if update.date <= as_of and (known_by is None or update.known_on <= known_by)
        )

    then = with_records(dataset, earlier)
    assert answers(assess(dataset, as_of, known_by)) == answers(assess(then, as_of, known_by))
    # What the file knew by then is what it says today, were nothing written since.
    assert answers(assess(then, as_of, known_by)) == answers(assess(then, as_of))


@many(max_examples=40)
@given(datasets(), DAYS, st.none() | DAYS, st.data())
def test_the_order_in_the_file_never_changes_an_answer(
    dataset: Dataset, as_of: dt.date, known_by: dt.date | None, data: st.DataObject
) -> None:
    def shuffled(term: Commitment) -> tuple[Update, ...]:
        return tuple(data.draw(st.permutations(term.updates)))

    mixed = with_records(dataset, shuffled)
    mixed = replace(mixed, commitments=tuple(data.draw(st.permutations(mixed.commitments))))
    assert answers(assess(mixed, as_of, known_by)) == answers(assess(dataset, as_of, known_by))


def test_ties_are_broken_without_the_file() -> None:
    """Same day, same moment in two zones: the id decides, and the file order is not asked."""
    moments = [
        dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC),
        dt.datetime(2026, 5, 1, 21, tzinfo=dt.timezone(dt.timedelta(hours=9))),
    ]
    statuses = ("stalled", "in-progress")
    pair = [
        Update(
            id=f"0000000{n}", date=FIRST, recorded=moments[n], status=statuses[n], value=Decimal(n)
        )  # type: ignore[arg-type]
        for n in (0, 1)
    ]
    agreement = Agreement(id="pact", title="t", agreed=FIRST, parties={"A": "Aland"})
    for order in (pair, pair[::-1]):
        term = Commitment(
            id="it", owed_by=("A",), measure=MEASURES["amount"], updates=tuple(order), **COMMON
        )
        (item,) = assess(Dataset(schema=1, agreement=agreement, commitments=(term,)), BY).items
        assert (item.status, item.measurement.value) == ("in-progress", 1)


def withdrawal(of: Update, key: str, written: dt.datetime) -> Update:
    """The record that ``factsheet retract`` writes: it has the date of what it takes back."""
    return Update(
        id=key,
        date=of.date,
        recorded=written,
        note="Wrong.",
        retracts=of.id,
        pre_agreement=of.pre_agreement,
    )


LATER = dt.datetime(2027, 6, 1, tzinfo=dt.UTC)


@many(max_examples=40)
@given(datasets(), DAYS, st.data())
def test_retracting_a_record_is_as_if_it_had_never_been(
    dataset: Dataset, as_of: dt.date, data: st.DataObject
) -> None:
    names = [
        term.id
        for term in dataset.commitments
        if any(not update.retracts for update in term.updates)
    ]
    if not names:
        return
    name = data.draw(st.sampled_from(names))
    term = next(term for term in dataset.commitments if term.id == name)
    wrong = data.draw(st.sampled_from([update for update in term.updates if not update.retracts]))

    def changed(change: Callable[[tuple[Update, ...]], tuple[Update, ...]]) -> Dataset:
        return with_records(
            dataset, lambda each: change(each.updates) if each.id == name else each.updates
        )

    def results(which: Dataset, known_by: dt.date | None = None) -> dict[str, Any]:
        return {
            item.commitment.id: conclusions(item) for item in assess(which, as_of, known_by).items
        }

    first = withdrawal(wrong, "ffff0001", LATER)
    retracted = changed(lambda updates: (*updates, first))
    # Whatever the day that is asked about, the record and what was said against it count no more,
    without = changed(lambda updates: tuple(each for each in updates if each is not wrong))
    assert results(retracted) == results(without)
    # but a report of what was known before the withdrawal was written still says what it said,
    day_before = LATER.date() - dt.timedelta(days=1)
    assert results(retracted, day_before) == results(dataset, day_before) == results(dataset)
    # and withdrawing the withdrawal restores the record.
    second = withdrawal(first, "ffff0002", LATER + dt.timedelta(days=1))
    restored = changed(lambda updates: (*updates, first, second))
    assert results(restored) == results(dataset)
    assert results(restored, LATER.date()) == results(retracted)


@many(max_examples=40)
@given(datasets(), DAYS)
def test_a_record_counts_unless_a_record_that_counts_withdraws_it(
    dataset: Dataset, as_of: dt.date
) -> None:
    for term in dataset.commitments:
        history, withdrawn = counting(term.updates, as_of)
        counts = {update.id for update in history}
        assert len(history) + len(withdrawn) == sum(update.date <= as_of for update in term.updates)
        against = {update.retracts for update in history if update.retracts}
        assert all(update.id in against for update in withdrawn)
        assert not against & counts


@many(max_examples=40)
@given(datasets(), DAYS, DAYS)
def test_progress_and_pace_do_not_move_while_nothing_happens(
    dataset: Dataset, early: dt.date, late: dt.date
) -> None:
    early, late = sorted((early, late))
    frozen = with_records(
        dataset, lambda term: tuple(update for update in term.updates if update.date <= early)
    )
    before, after = (assess(frozen, day).items for day in (early, late))
    for was, now in zip(before, after, strict=True):
        if isinstance(was.commitment.measure, Amount | Level | Sum):
            assert was.measurement == now.measurement


@many(max_examples=40)
@given(datasets(), DAYS)
def test_a_standing_is_coherent(dataset: Dataset, as_of: dt.date) -> None:
    snapshot = assess(dataset, as_of)
    by_id = {item.commitment.id: item for item in snapshot.items}
    for item in snapshot.items:
        standing = item.measurement
        assert standing.word in PACE_WORDS
        assert not (item.overdue or item.stale) or item.status not in CLOSED
        assert (standing.progress is None) or standing.value is not None
        if standing.pace is not None and not isinstance(item.commitment.measure, Milestones):
            assert standing.expected is not None
            assert standing.expected >= pace.TOO_EARLY
            assert standing.progress is not None
            assert abs(standing.pace - standing.progress / standing.expected) < Decimal("1e-20")
        if isinstance(item.commitment.measure, Milestones):
            assert not standing.late or standing.word in ("behind", "slightly-behind")
    whole, parts = by_id["sum"].measurement, [by_id[name].measurement for name in SUM.parts]
    known = [part.value for part in parts if part.value is not None]
    assert whole.value == (sum(known) if known else None)
    assert whole.target == sum(part.target or 0 for part in parts)
    assert whole.missing == tuple(
        name for name in SUM.parts if by_id[name].measurement.value is None
    )
    assert whole.expected_value == (
        None if whole.missing else sum(part.expected_value or 0 for part in parts)
    )
    for account in accounts(snapshot):
        assert sum(account.groups.values()) == account.owes
        assert set(account.groups) == set(GROUPS)
    leaves = sum(
        len(item.commitment.owed_by) for item in snapshot.items if not item.commitment.parts
    )
    assert sum(account.owes for account in accounts(snapshot)) == leaves


POINTS = st.dictionaries(st.integers(1, 900), st.integers(-1000, 1000), min_size=1, max_size=6)


@st.composite
def levels(draw: st.DrawFn) -> tuple[Level, tuple[Update, ...]]:
    """A level with a path and a deadline, and observations of it."""
    points = sorted(draw(POINTS).items())
    baseline, target = draw(st.lists(st.integers(-1000, 1000), min_size=2, max_size=2, unique=True))
    days = [FIRST + dt.timedelta(days=day) for day, _ in points]
    level = Level(
        kind="level",
        unit="%",
        baseline=Decimal(baseline),
        target=Decimal(target),
        start=FIRST,
        by=days[-1] + dt.timedelta(days=draw(st.integers(1, 900))),
        path=tuple(
            Waypoint(date=day, value=Decimal(value))
            for day, (_, value) in zip(days, points, strict=True)
        ),
    )
    seen = draw(
        st.lists(st.tuples(st.integers(0, 2000), st.integers(-1000, 1000)), min_size=1, max_size=5)
    )
    return level, tuple(
        Update(
            id=f"{n:08x}", date=FIRST + dt.timedelta(days=day), recorded=LATER, value=Decimal(value)
        )
        for n, (day, value) in enumerate(seen)
    )


def stand(level: Level | Amount, updates: tuple[Update, ...]) -> tuple[Any, ...]:
    agreement = Agreement(id="pact", title="t", agreed=FIRST, parties={"A": "Aland"})
    term = Commitment(id="it", owed_by=("A",), measure=level, updates=updates, **COMMON)
    dataset = Dataset(schema=1, agreement=agreement, commitments=(term,))
    (item,) = assess(dataset, dt.date(2040, 1, 1)).items
    run, found = item.measurement.rates, item.measurement
    assert run is not None
    return (
        found.word,
        found.progress,
        found.expected,
        found.pace,
        run.arrival,
        run.required,
        run.recent,
    )


def transformed(
    level: Level, updates: tuple[Update, ...], by: Callable[[Decimal], Decimal]
) -> tuple[Any, ...]:
    path = tuple(replace(point, value=by(point.value)) for point in level.path)
    moved = replace(level, baseline=by(level.baseline), target=by(level.target), path=path)
    return stand(
        moved, tuple(replace(update, value=by(update.value or Decimal(0))) for update in updates)
    )


def alike(left: Any, right: Any) -> bool:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return abs(left - right) <= Decimal("1e-20") * max(1, abs(left))
    return bool(left == right)


@many(max_examples=100)
@given(levels())
def test_up_and_down_are_the_same(given_level: tuple[Level, tuple[Update, ...]]) -> None:
    level, updates = given_level
    here, there = stand(level, updates), transformed(level, updates, lambda value: -value)
    assert here[:5] == there[:5]
    assert [None if rate is None else -rate for rate in here[5:]] == [*there[5:]]


@many(max_examples=100)
@given(levels(), st.integers(1, 10**6), st.integers(-(10**6), 10**6))
def test_the_unit_and_the_zero_of_a_level_do_not_matter(
    given_level: tuple[Level, tuple[Update, ...]], scale: int, shift: int
) -> None:
    level, updates = given_level
    here, there = (
        stand(level, updates),
        transformed(level, updates, lambda value: value * scale + shift),
    )
    assert all(map(alike, here[:5], there[:5]))
    assert all(map(alike, [None if rate is None else rate * scale for rate in here[5:]], there[5:]))


@many(max_examples=100)
@given(levels())
def test_a_level_from_zero_is_an_amount(given_level: tuple[Level, tuple[Update, ...]]) -> None:
    level, updates = given_level
    if level.target <= 0:
        return
    amount = Amount(
        kind="amount",
        unit="%",
        counts="c",
        target=level.target,
        start=level.start,
        by=level.by,
        path=level.path,
    )
    assert stand(replace(level, baseline=Decimal(0)), updates) == stand(amount, updates)


@many(max_examples=100)
@given(levels(), st.integers(-50, 3000))
def test_a_path_goes_through_its_points_and_never_beyond_its_neighbours(
    given_level: tuple[Level, tuple[Update, ...]], day: int
) -> None:
    level, _ = given_level
    points = pace.schedule(level, FIRST, None)
    assert points[0] == (FIRST, level.baseline)
    assert points[-1] == (level.by, level.target)
    for date, value in points:
        assert pace.path_value(points, date) == value
    when = FIRST + dt.timedelta(days=day)
    before = [value for date, value in points if date <= when] or [level.baseline]
    after = [value for date, value in points if date >= when] or [level.target]
    value = pace.path_value(points, when)
    assert min(before[-1], after[0]) <= value <= max(before[-1], after[0])
    # A waypoint on the line changes nothing.
    if points[0][0] < when < points[-1][0] and when not in [date for date, _ in points]:
        for probe in (
            when - dt.timedelta(days=1),
            when,
            when + dt.timedelta(days=1),
            when + dt.timedelta(days=100),
        ):
            assert alike(
                pace.path_value(sorted([*points, (when, value)]), probe),
                pace.path_value(points, probe),
            )


@many(max_examples=100)
@given(levels())
def test_the_arrival_is_the_first_day_at_the_recent_rate(
    given_level: tuple[Level, tuple[Update, ...]],
) -> None:
    level, updates = given_level
    ordered = sorted(updates, key=lambda update: (update.date, update.id))
    values = [(update.date, update.value or Decimal(0)) for update in ordered]
    run = pace.rates(level, values, pace.schedule(level, FIRST, None))
    if run.arrival is None or run.since is None or run.until is None:
        return
    assert len(values) >= pace.ARRIVAL_COUNT
    last = values[-1][1]
    start = next(value for date, value in reversed(values) if date == run.since)
    gained, span = last - start, (run.until - run.since).days

    def short_of_target(days: int) -> bool:
        # In whole numbers, so that nothing is rounded: is last + gained * days / span still before
        # the target?
        left = (level.target - last) * span - gained * days
        return left > 0 if level.target > last else left < 0

    days = (run.arrival - run.until).days
    assert days >= 1
    assert short_of_target(days - 1)
    assert not short_of_target(days)
    assert span >= pace.SHORTEST_SPAN
