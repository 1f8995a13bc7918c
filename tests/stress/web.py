"""The bad web by the hundred: what became of every address, how long it took, how much it held.

    python tests/stress/web.py --addresses 300 --hosts 60

The server runs here, the check in a process of its own, so that its memory is its own. Every
address must have the result that its way of answering means.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from loopback import MEANINGS, Server, bad_web  # noqa: E402

CHILD = """
import json, resource, sys, time
from factsheet.web.checking import Patience, check
from factsheet.web.connection import Limits
urls = json.load(sys.stdin)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
patience = Patience(tries=2, back_off=0.1, limits=Limits(connect=1, read=1, total=3))
started = time.monotonic()
answers = [(a.url, a.result, a.why) for a in check(
    urls, patience=patience, allow_loopback=True, look_up=lambda host, port: ["127.0.0.1"])]
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"answers": answers, "seconds": time.monotonic() - started,
    "cpu": usage.ru_utime + usage.ru_stime, "before": before, "peak": usage.ru_maxrss}))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--addresses", type=int, default=300)
    parser.add_argument("--hosts", type=int, default=60)
    options = parser.parse_args()
    kinds = list(MEANINGS)
    with Server(bad_web()) as server:
        kind_of = {
            server.url(f"{kinds[i % len(kinds)]}/{i}", f"host{i % options.hosts}.test"): kinds[
                i % len(kinds)
            ]
            for i in range(options.addresses)
        }
        done = subprocess.run(
            [sys.executable, "-c", CHILD],
            input=json.dumps(list(kind_of)),
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            check=True,
            timeout=600,
        )
        waits, asked = server.waits, sum(server.asked.values())
    told = json.loads(done.stdout)
    table: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
    why = {}
    for url, result, reason in told["answers"]:
        table[kind_of[url]][result] += 1
        why[kind_of[url]] = reason.partition(", at ")[0]
    print(f"{'the server':<14}{'result':<22}why")
    wrong = 0
    for kind, results in table.items():
        print(f"{kind:<14}{', '.join(f'{n} {r}' for r, n in results.items()):<22}{why.get(kind)}")
        wrong += sum(n for r, n in results.items() if r != MEANINGS[kind])
    print(
        f"\n{len(told['answers'])} addresses on {options.hosts} hosts, {asked} requests: "
        f"{told['seconds']:.1f} s for {waits:.1f} s of waiting at the server, "
        f"{told['cpu']:.1f} s of CPU; peak {told['peak'] / 1024:.0f} MiB "
        f"({told['before'] / 1024:.0f} MiB after the imports); {wrong} wrong"
    )
    return 1 if wrong or len(told["answers"]) != len(kind_of) else 0


if __name__ == "__main__":
    sys.exit(main())
