"""`sources --archive`: the Wayback Machine's interface, spoken with a server that speaks it too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from loopback import Server
from wayback import PAGE, STAMP, Machine

from factsheet.web.archiving import WAYBACK, Copy, Service, archive
from factsheet.web.connection import Limits

DAY = dt.date(2026, 10, 1)


@dataclass
class Clock:
    """Time that passes only by sleeping."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        if seconds:
            self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def server(machine: Machine) -> Iterator[Server]:
    with Server(machine.routes()) as running:
        yield running


@pytest.fixture
def service(server: Server) -> Service:
    limits = Limits(read=0.3, total=1, body=100_000)
    return replace(WAYBACK, limits=limits).at(server.url("").rstrip("/"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def run(
    service: Service, clock: Clock, *urls: str, account: tuple[str, str] | None = None
) -> list[Copy]:
    wanted = [(url, DAY) for url in urls or (PAGE,)]
    how = {"account": account, "sleep": clock.sleep, "clock": clock}
    return list(archive(wanted, service=service, allow_loopback=True, **how))  # type: ignore[arg-type]


def test_the_addresses_are_those_of_the_wayback_machine() -> None:
    assert WAYBACK.at("http://127.0.0.1:1/").save == "http://127.0.0.1:1/save/"
    assert WAYBACK.lookup == "https://archive.org/wayback/available"
    assert WAYBACK.save == "https://web.archive.org/save/"


@pytest.mark.parametrize("stamp", ["20260930000000", "20261001120000", "20270301000000"])
def test_a_copy_of_the_day_or_later_is_taken(
    machine: Machine, service: Service, clock: Clock, stamp: str
) -> None:
    machine.copies[PAGE] = (stamp, "200")
    (copy,) = run(service, clock)
    assert copy.archived == f"{service.copies}{stamp}/{PAGE}"
    assert not copy.new
    assert machine.asked == [(PAGE, "20261001")]
    assert not machine.saved


@pytest.mark.parametrize(
    "found",
    [("20260929235959", "200"), ("20261001120000", "404"), ("2026", "200"), ("../x", "200")],
)
def test_a_copy_that_cannot_show_the_event_is_not_taken(
    machine: Machine, service: Service, clock: Clock, found: tuple[str, str]
) -> None:
    machine.copies[PAGE] = found
    (copy,) = run(service, clock)
    assert copy.archived == f"{service.copies}{STAMP}/{PAGE}"
    assert copy.new
    assert machine.saved == [PAGE]


@pytest.mark.parametrize("way", ["redirect", "location", "link"])
def test_a_copy_is_asked_for(machine: Machine, service: Service, clock: Clock, way: str) -> None:
    machine.usual = way
    (copy,) = run(service, clock)
    assert (copy.archived, copy.new) == (f"{service.copies}{STAMP}/{PAGE}", True)


@pytest.mark.parametrize("way", ["script", "job"])
def test_a_job_is_waited_for(machine: Machine, service: Service, clock: Clock, way: str) -> None:
    machine.usual = way
    machine.status = [{"status": "pending"}] * 3 + [{"status": "success", "timestamp": STAMP}]
    (copy,) = run(service, clock, account=("key", "word") if way == "job" else None)
    assert copy.archived == f"{service.copies}{STAMP}/{PAGE}"
    assert clock.slept == [service.poll] * 3
    assert machine.account == (["LOW key:word"] if way == "job" else [])


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ({"status": "error", "message": "Couldn't resolve host"}, "Couldn't resolve host"),
        ({"status": "success", "timestamp": "now"}, "no copy"),
        ({}, "no copy"),
    ],
)
def test_a_job_that_fails_is_told(
    machine: Machine, service: Service, clock: Clock, status: dict[str, object], why: str
) -> None:
    machine.usual, machine.status = "script", [status]
    (copy,) = run(service, clock)
    assert copy.archived is None
    assert why in copy.why


def test_a_job_that_does_not_end_is_left(machine: Machine, service: Service, clock: Clock) -> None:
    machine.usual, machine.status = "script", [{"status": "pending"}] * 99
    (copy,) = run(service, clock)
    assert copy.archived is None
    assert "later" in copy.why
    assert clock.now == service.polls * service.poll


@pytest.mark.parametrize("mood", ["robots", "523", "message", "404", "bad-job"])
def test_a_page_that_cannot_be_saved_does_not_stop_the_others(
    machine: Machine, service: Service, clock: Clock, mood: str
) -> None:
    machine.moods = [mood]
    first, second = run(service, clock, PAGE, "https://example.org/2")
    assert first.archived is None
    assert first.why.isprintable()
    assert second.archived
    assert len(machine.saved) == 2


def test_requests_to_save_keep_their_distance(
    machine: Machine, service: Service, clock: Clock
) -> None:
    run(service, clock, *(f"https://example.org/{n}" for n in range(5)))
    assert clock.now == 4 * service.pace
    assert len(machine.saved) == 5


def test_a_limit_is_waited_out(machine: Machine, service: Service, clock: Clock) -> None:
    machine.moods = ["429", "session"]
    (copy,) = run(service, clock)
    assert copy.archived
    assert clock.slept[:2] == [60.0, 60.0]


@pytest.mark.parametrize(("moods", "asked"), [(["429"] * 9, 3), (["429-day"], 1)])
def test_a_limit_that_stays_ends_the_saving_but_not_the_looking(
    machine: Machine, service: Service, clock: Clock, moods: list[str], asked: int
) -> None:
    machine.moods = moods
    kept = "https://example.org/kept"
    machine.copies[kept] = ("20261002000000", "200")
    first, second, third = run(service, clock, PAGE, "https://example.org/2", kept)
    assert (first.archived, second.archived) == (None, None)
    assert "no more requests for now" in second.why
    assert third.archived
    assert len(machine.saved) == asked


def test_a_lookup_is_waited_for_and_tried_again(
    machine: Machine, service: Service, clock: Clock
) -> None:
    machine.lookup = ["429", "503"]
    machine.copies[PAGE] = ("20261002000000", "200")
    (copy,) = run(service, clock)
    assert copy.archived
    assert clock.slept == [7.0, service.back_off * 2]


@pytest.mark.parametrize("said", ["[]", "{}", "null", "not json", "[" * 5_000, '{"a":' * 5_000])
def test_an_answer_that_says_nothing_leads_to_no_copy_and_no_saving(
    machine: Machine, service: Service, clock: Clock, said: str
) -> None:
    machine.lookup = [said]
    (copy,) = run(service, clock)
    assert copy.archived is None
    assert not machine.saved


@pytest.mark.parametrize(
    "said",
    [
        '{"archived_snapshots": []}',
        '{"archived_snapshots": {"closest": 7}}',
        '{"archived_snapshots": {"closest": {"available": true, "timestamp": 20261002000000}}}',
        '{"archived_snapshots": {"closest": {"available": false, "timestamp": "20261002000000"}}}',
    ],
)
def test_an_odd_answer_is_no_copy(
    machine: Machine, service: Service, clock: Clock, said: str
) -> None:
    machine.lookup = [said]
    (copy,) = run(service, clock)
    assert copy.new


def test_a_service_that_is_down_is_left_alone(
    machine: Machine, service: Service, clock: Clock
) -> None:
    machine.lookup = ["503"] * 99
    copies = run(service, clock, *(f"https://example.org/{n}" for n in range(20)))
    assert [copy.archived for copy in copies] == [None] * 20
    assert len(machine.asked) == 9  # three addresses, three times each
    assert "503" in copies[-1].why


def test_saving_that_fails_three_times_in_a_row_is_given_up(
    machine: Machine, service: Service, clock: Clock
) -> None:
    machine.usual = "500"
    copies = run(service, clock, *(f"https://example.org/{n}" for n in range(6)))
    assert [copy.archived for copy in copies] == [None] * 6
    assert len(machine.saved) == 9
    assert len(machine.asked) == 6


def test_failures_that_are_not_in_a_row_stop_nothing(
    machine: Machine, service: Service, clock: Clock
) -> None:
    machine.moods = [*["500"] * 6, "redirect", *["500"] * 6, "redirect"]
    copies = run(service, clock, *(f"https://example.org/{n}" for n in range(6)))
    assert [bool(copy.archived) for copy in copies] == [False, False, True, False, False, True]


def test_a_copy_of_an_error_is_no_copy(machine: Machine, service: Service, clock: Clock) -> None:
    machine.copy_status = 404
    (copy,) = run(service, clock)
    assert copy.archived is None


def test_a_save_that_hangs_is_left(machine: Machine, service: Service, clock: Clock) -> None:
    machine.moods = ["hang"] * 3
    first, second = run(service, clock, PAGE, "https://example.org/2")
    assert first.archived is None
    assert second.archived


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/minutes",
        "http://[::1]/",
        "http://wiki/minutes",
        "http://wiki.internal/minutes",
        "http://nas.local./x",
        "http://me@example.org/",
        "ftp://example.org/",
        "not an address",
        "https://example.org/" + "a" * 1_970,
    ],
)
def test_what_is_inner_is_told_to_nobody(
    machine: Machine, service: Service, clock: Clock, url: str
) -> None:
    (copy,) = run(service, clock, url)
    assert copy.archived is None
    assert not machine.asked
    assert not machine.saved


def test_ctrl_c_keeps_the_copies_that_were_found(
    machine: Machine, service: Service, clock: Clock
) -> None:
    kept: list[Copy] = []

    def interrupted(seconds: float) -> None:
        if kept:
            raise KeyboardInterrupt

    wanted = [(f"https://example.org/{n}", DAY) for n in range(3)]
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - the loop is what is interrupted
        for copy in archive(
            wanted, service=service, allow_loopback=True, sleep=interrupted, clock=clock
        ):
            kept.append(copy)
    assert len(kept) == 1
    assert len(machine.asked) <= 2


def test_the_wayback_machine_itself_may_not_be_on_this_machine_unless_told(
    service: Service, clock: Clock, machine: Machine
) -> None:
    (copy,) = archive([(PAGE, DAY)], service=service, sleep=clock.sleep, clock=clock)
    assert copy.archived is None
    assert "no public address" in copy.why
    assert not machine.asked
