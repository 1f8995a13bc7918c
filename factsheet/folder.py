"""A folder of published files on the disk: replaced file by file, or left exactly as it was.

Everything that differs is first written whole into the workroom of the folder; only then do the
files take their names. What has not changed is not touched. A frozen folder is made once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from factsheet.exceptions import DatasetError, NotWrittenError, UsageError
from factsheet.store import make_folder, require_plain_name
from factsheet.writing import WORKROOM, hide, lock_seconds

MARKER: Final = "factsheet-site.json"
"""The file that says that a folder is a site of ours, and what is in it."""
FROZEN: Final = "on"
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_LEFT_ALONE: Final = frozenset({"CNAME"})


@dataclass(slots=True)
class Folder:
    """A site held for writing: ``before`` is what its marker said."""

    root: Path
    before: Mapping[str, Any]
    stage: Path
    digests: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    _rooms: set[str] = field(default_factory=set)

    def put(self, path: str, data: bytes) -> None:
        """Have a file at a path; it is written aside where it is not there as it is."""
        self.digests[path] = hashlib.sha256(data).hexdigest()
        if _bytes_of(self.root / path) != data:
            self._aside(path, data)
            self.changed.append(path)

    def freeze(self, day: str, path: str, data: bytes) -> None:
        """Write a file of a frozen folder that is not there yet."""
        self._aside(f"{FROZEN}/{day}/{path}", data)

    def _aside(self, path: str, data: bytes) -> None:
        _require_plain(self.root, path)
        place = self.stage / path
        self._make_room(place)
        place.write_bytes(data)

    def _make_room(self, place: Path) -> None:
        folder = os.path.dirname(place)
        if folder not in self._rooms:
            os.makedirs(folder, exist_ok=True)
            self._rooms.add(folder)

    def finish(self, said: Mapping[str, Any], day: str = "") -> list[str]:
        """Give every file its name, take away what is no longer made, and renew the marker.

        ``day`` is that of the folder to freeze. Returns the paths that were taken away.
        """
        gone = self._ours()
        files = dict(sorted(self.digests.items()))
        marker = json.dumps({**said, "files": files}, ensure_ascii=False, indent=1) + "\n"
        self._aside(MARKER, marker.encode("utf-8"))
        for path in (*self.changed, MARKER, *([f"{FROZEN}/{day}"] if day else [])):
            _require_inside(self.root, path)
        if day:
            (self.root / FROZEN).mkdir(exist_ok=True)
            os.rename(self.stage / FROZEN / day, self.root / FROZEN / day)
        for path in self.changed:
            self._name(path)
        for path in gone:
            (self.root / path).unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # a folder holds something else
                for folder in [*Path(path).parents][:-1]:
                    (self.root / folder).rmdir()
        # Last: whoever is stopped before it is not told that all is done.
        self._name(MARKER)
        return gone

    def _name(self, path: str) -> None:
        self._make_room(self.root / path)
        os.replace(self.stage / path, self.root / path)

    def _ours(self) -> list[str]:
        """What an earlier run made here and this one does not, as it was left.

        The marker may come from strangers: what is frozen, hidden or changed since is nobody's to
        take away.
        """
        found = []
        for path, digest in self.before.get("files", {}).items():
            _require_inside(self.root, path)
            hidden = any(part.startswith(".") for part in path.split("/"))
            if path in self.digests or hidden or path.startswith(f"{FROZEN}/"):
                continue
            data = _bytes_of(self.root / path)
            if data is not None and hashlib.sha256(data).hexdigest() == digest:
                found.append(path)
        return found


def _bytes_of(path: Path) -> bytes | None:
    try:
        return None if path.is_symlink() else path.read_bytes()
    except (OSError, ValueError):  # a name that no file can have
        return None


def _require_inside(root: Path, path: str) -> None:
    """A site may come from strangers: a link in it must not lead out of it."""
    _require_plain(root, path)
    place = root
    for part in path.split("/")[:-1]:
        place = place / part
        if place.is_symlink():
            raise NotWrittenError(f"{place} is a link; a site is written into plain folders only")
        if place.exists() and not place.is_dir():
            raise NotWrittenError(f"{place} is a file, and the site needs a folder there")


def _require_plain(root: Path, path: str) -> None:
    parts = path.split("/")
    if "" in parts or ".." in parts or "\\" in path:
        raise NotWrittenError(f"{root / MARKER} names {path!a}, which is no file of a site")


def said_of(root: Path) -> Mapping[str, Any] | None:
    """What the marker of a folder says; None where there is no such folder, or nothing in it.

    Raises ``UsageError`` for a folder that holds something else.
    """
    require_plain_name(root)
    try:
        names = {entry.name for entry in os.scandir(root)}
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise UsageError(f"{root} is a file; name a folder for the site") from None
    except OSError as error:
        raise NotWrittenError(f"cannot read the folder {root}: {error.strerror}") from None
    if MARKER not in names:
        others = sorted(
            name for name in names if not name.startswith(".") and name not in _LEFT_ALONE
        )
        if others:
            raise UsageError(
                f"{root} holds something else ({others[0]}) and no {MARKER}; name an empty folder "
                "or one of a site, so that nothing of yours is overwritten"
            )
        return None
    try:
        said = json.loads((root / MARKER).read_bytes())
        if isinstance(said, dict) and isinstance(said["files"], dict):
            return said
    except (OSError, ValueError, KeyError, RecursionError):
        pass
    raise UsageError(damaged(root))


def damaged(root: Path) -> str:
    """What to say where the marker of a site says what none of ours would."""
    return f"{root / MARKER} is damaged; delete it and all but the folder {FROZEN}/, and run again"


def as_it_was(root: Path, said: Mapping[str, Any]) -> bool:
    """Whether every file of a site is there with the content that its marker gives."""
    for path, digest in said["files"].items():
        data = _bytes_of(root / path)
        if data is None or hashlib.sha256(data).hexdigest() != digest:
            return False
    return True


@contextlib.contextmanager
def held(root: Path) -> Iterator[Folder]:
    """Hold a site for writing. Raises ``NotWrittenError``, and then no file has changed."""
    make_folder(root)
    # Imported here: what only reads needs no lock.
    from filelock import FileLock, Timeout

    room = root / WORKROOM
    try:
        if room.is_symlink():
            raise NotWrittenError(f"{room} is a link; delete it")
        room.mkdir(exist_ok=True)
        hide(room / ".gitignore")
        lock = FileLock(room / "site.lock", timeout=lock_seconds())
        lock.acquire()
    except Timeout:
        raise NotWrittenError(f"{root} is being written by another run; try again") from None
    except OSError as error:
        raise _refused(root, error) from None
    try:
        said = said_of(root) or {}
        _sweep(room)
        stage = Path(tempfile.mkdtemp(prefix="stage-", dir=room))
        try:
            yield Folder(root, said, stage)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    except OSError as error:
        raise _refused(root, error) from None
    finally:
        lock.release()


def _refused(root: Path, error: OSError) -> NotWrittenError:
    reason = error.strerror or str(error)
    return NotWrittenError(
        f"cannot write the site in {root}: {reason}; no file is half written, run it again"
    )


def _sweep(room: Path) -> None:
    """Take away what runs that were killed had written aside."""
    for place in room.glob("stage-*"):
        shutil.rmtree(place, ignore_errors=True)


def frozen_days(root: Path) -> list[str]:
    """The days of the frozen copies, in order."""
    with contextlib.suppress(OSError):
        return sorted(
            place.name
            for place in (root / FROZEN).iterdir()
            if _DAY.fullmatch(place.name) and place.is_dir() and not place.is_symlink()
        )
    return []


def read_frozen(root: Path, day: str) -> dict[str, bytes]:
    """The files of a frozen copy by their paths, with slashes, but for hidden ones, which a system
    may leave anywhere; a link counts as an empty file.
    """
    room = root / FROZEN / day
    found = {}
    for folder, folders, names in os.walk(room):
        links = (name for name in folders if os.path.islink(os.path.join(folder, name)))
        for name in (*names, *links):
            place = Path(folder, name)
            if not name.startswith("."):
                found[place.relative_to(room).as_posix()] = _bytes_of(place) or b""
    return found


def read(path: Path) -> bytes:
    """The bytes of a file of a site. Raises ``DatasetError``."""
    data = _bytes_of(path)
    if data is None:
        raise DatasetError(f"cannot read {path}")
    return data
