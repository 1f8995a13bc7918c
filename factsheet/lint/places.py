"""Where commitments and records stand in the data, for findings to point there."""

from __future__ import annotations

from factsheet.assess.snapshot import Assessment
from factsheet.lint.codes import Loc
from factsheet.model import Also, Commitment, Dataset, Update


class Places:
    """Where each commitment and each record of it stands in the data."""

    def __init__(self, dataset: Dataset) -> None:
        self._commitments = dataset.commitments
        self._index = {each.id: index for index, each in enumerate(dataset.commitments)}
        self._records: dict[tuple[str, str], Loc] | None = None

    def item(self, commitment: Commitment) -> Loc:
        """The path of a commitment."""
        return ("commitments", self._index[commitment.id])

    def record(self, item: Assessment, record: Update) -> Loc:
        """The path of a record: of the update, or of the entry of its ``also`` that names the item.

        What a withdrawal takes from other promises stands in the withdrawal itself.
        """
        if self._records is None:
            self._records = {}
            for index, commitment in enumerate(self._commitments):
                for number, update in enumerate(commitment.updates):
                    loc: Loc = ("commitments", index, "updates", number)
                    self._records[commitment.id, update.id] = loc
                    self._records.setdefault(("", update.id), loc)
                    for place, entry in enumerate(update.also):
                        self._records[entry.item, update.id] = (*loc, "also", place)
        own = self._records.get((item.commitment.id, record.id))
        return own or self._records["", record.id]

    def kept(self, item: Assessment, record: Update) -> Update | Also | None:
        """The update or entry that a record stands in, None where it only takes back."""
        loc = self.record(item, record)
        commitment = self._commitments[int(loc[1])]
        update = commitment.updates[int(loc[3])]
        if len(loc) > 4:
            return update.also[int(loc[5])]
        return update if commitment.id == item.commitment.id else None
