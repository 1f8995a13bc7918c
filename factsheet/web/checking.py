"""Asking many addresses: all hosts at once, one question at a time for each host."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from factsheet.web.answers import Answer, answer_of, is_worth_another_try, retry_after
from factsheet.web.connection import Limits, NoAnswer, Resolve, Web, resolve

LONGEST_WAIT: Final = 10.0
"""Seconds: a host that asks us to wait longer than this is not asked again."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often an address is asked, and how long (seconds) between; each wait doubles."""

    tries: int = 3
    back_off: float = 1.0
    limits: Limits = field(default_factory=Limits)


def check(
    urls: Iterable[str],
    *,
    patience: Patience | None = None,
    allow_loopback: bool = False,
    look_up: Resolve = resolve,
) -> Iterator[Answer]:
    """Ask every address once, and give each answer as it comes, in no order.

    No failure of an address is raised; it is an ``Answer``. On Ctrl-C the answers that are there
    are given first, then ``KeyboardInterrupt`` is raised; whoever keeps what this yields has lost
    nothing. Nothing is remembered: what was asked today is for the caller to leave out.
    """
    patience = patience or Patience()
    wanted = list(dict.fromkeys(urls))
    with asyncio.Runner() as runner:
        ready: asyncio.Queue[asyncio.Task[Answer]] = asyncio.Queue()
        tasks: list[asyncio.Task[Answer]] = []  # the loop itself would let them be collected

        async def begin() -> Web:
            web = Web(patience.limits, allow_loopback=allow_loopback, look_up=look_up)
            silent = Counter[str]()
            for url in wanted:
                tasks.append(asyncio.create_task(_answer(web, url, patience, silent)))
                tasks[-1].add_done_callback(ready.put_nowait)
            return web

        web = runner.run(begin())
        for _ in wanted:
            try:
                task = runner.run(ready.get())
            except KeyboardInterrupt:
                while not ready.empty():
                    yield ready.get_nowait().result()
                raise
            yield task.result()
        runner.run(web.close())


async def _answer(web: Web, url: str, patience: Patience, silent: Counter[str]) -> Answer:
    """Ask until there is an answer. ``silent`` is shared: how often in a row a host said nothing.

    A dead host with fifty addresses is not waited for a hundred and fifty times.
    """
    host = "/".join(url.split("/", 3)[:3])
    wait = patience.back_off
    last = patience.tries
    for attempt in range(1, last + 1):
        over = attempt == last
        pause = wait
        try:
            reply = await web.ask(url)
        except NoAnswer as error:
            if error.passing and not error.hops:
                silent[host] += 1
            over = over or not error.passing or silent[host] >= patience.tries
            answer = Answer(url, "unreachable", str(error), hops=error.hops)
        else:
            silent[host] = 0
            asked = retry_after(reply.headers)
            answer = answer_of(url, reply.status, reply.headers, reply.hops)
            if reply.status == 429 and asked is not None:
                over = over or asked > LONGEST_WAIT
            elif answer.result != "unreachable" or not is_worth_another_try(reply.status):
                over = True
            pause = max(wait, min(asked or 0.0, LONGEST_WAIT))
        if over:
            break
        await asyncio.sleep(pause)
        wait *= 2
    return answer
