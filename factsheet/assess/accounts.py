"""Who keeps the bargain: what each party owes and how that stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from factsheet.assess.snapshot import Snapshot
from factsheet.vocabulary import GROUPS, STATUS_TABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one party owes and how that stands.

    Parts are counted, not their umbrella; a joint promise counts for each party; a right counts for
    none.
    """

    party: str
    name: str
    owes: int
    groups: Mapping[str, int]
    overdue: int


def accounts(snapshot: Snapshot) -> tuple[Account, ...]:
    """The reciprocity ledger: one account a party, in the order the agreement names them."""
    result = []
    leaves = [
        item
        for item in snapshot.items
        if not item.commitment.parts and item.commitment.nature == "duty"
    ]
    for party, name in snapshot.dataset.agreement.parties.items():
        owed = [item for item in leaves if party in item.commitment.owed_by]
        groups = dict.fromkeys(GROUPS, 0)
        for item in owed:
            groups[STATUS_TABLE[item.status].group] += 1
        overdue = sum(item.overdue for item in owed)
        result.append(
            Account(party=party, name=name, owes=len(owed), groups=groups, overdue=overdue)
        )
    return tuple(result)
