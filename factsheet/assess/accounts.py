"""Who keeps the bargain: what each party owes and how that stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from factsheet.assess.snapshot import Snapshot
from factsheet.vocabulary import GROUPS, STATUS_TABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one party owes and how that stands.

    Parts are counted, not their umbrella (which counts where none of them is among the items); a
    joint promise counts for each party; a right counts for none.
    """

    party: str
    name: str
    owes: int
    groups: Mapping[str, int]
    overdue: int


def accounts(snapshot: Snapshot) -> tuple[Account, ...]:
    """The reciprocity ledger: one account a party, in the order the agreement names them.

    Of a part of the dataset only the parties that owe something of it.
    """
    result = []
    names = {item.commitment.id for item in snapshot.items}
    leaves = [
        item
        for item in snapshot.items
        if item.commitment.nature == "duty" and names.isdisjoint(item.commitment.parts)
    ]
    for party, name in snapshot.dataset.agreement.parties.items():
        owed = [item for item in leaves if party in item.commitment.owed_by]
        if not owed and len(snapshot.items) < len(snapshot.dataset.commitments):
            continue
        groups = dict.fromkeys(GROUPS, 0)
        for item in owed:
            groups[STATUS_TABLE[item.status].group] += 1
        overdue = sum(item.overdue for item in owed)
        result.append(
            Account(party=party, name=name, owes=len(owed), groups=groups, overdue=overdue)
        )
    return tuple(result)
