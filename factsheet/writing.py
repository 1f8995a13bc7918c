"""The lock on a file and the one way to replace it.

The promise of ``Draft``: after any failure the file is as it was; after success it is the old file
plus the inserted lines.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import socket
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from factsheet.exceptions import DatasetError, NotWrittenError, UsageError
from factsheet.store import Place, publish, read, reason, require_writable, sync_folder, umask

LOCK_SECONDS = 10.0
"""How long a writer waits for another one before it gives up; ``FACTSHEET_LOCK_SECONDS`` says
otherwise."""
LOCK_VARIABLE = "FACTSHEET_LOCK_SECONDS"
WORKROOM = ".factsheet"
"""Folder beside the dataset for the lock and unfinished files; it hides itself from git."""


def lock_seconds() -> float:
    """How long to wait for another writer.

    Raises ``UsageError`` if ``FACTSHEET_LOCK_SECONDS`` is not a number of seconds.
    """
    given = os.environ.get(LOCK_VARIABLE)
    if not given:
        return LOCK_SECONDS
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:
        raise UsageError(
            f"{LOCK_VARIABLE} is {given!r}; it needs a number of seconds from 0 to 86400"
        )
    return seconds


@contextlib.contextmanager
def locked(place: Place, *, absent_ok: bool = False) -> Iterator[Draft]:
    """Hold a file for writing and yield a draft of it.

    ``absent_ok`` takes a file that is not there yet for an empty one. Raises ``NotWrittenError`` if
    another writer keeps it too long.
    """
    require_writable(place)
    seconds = lock_seconds()
    target = Path(os.path.realpath(place.path))
    if os.path.exists(target) and not os.path.isfile(target) and not os.path.isdir(target):
        raise NotWrittenError(
            f"{place.path} is a pipe or a device; a record can only be added to a file"
        )
    # A file that cannot be read is reported before a folder is made beside it.
    _read_or_none(place.path, absent_ok)
    room = _workroom(target)
    holder = room / f"{target.name}.holder"
    # Imported here: readers need no lock.
    from filelock import FileLock, Timeout

    # Whoever may write in the folder may take the lock, whoever made it. A killed writer's lock is
    # freed by the system.
    mode = 0o600 | 0o666 & target.parent.stat().st_mode
    lock = FileLock(room / f"{target.name}.lock", timeout=seconds, mode=mode)
    try:
        lock.acquire()
    except Timeout:
        raise NotWrittenError(
            f"{place.path} is being written by {_holder(holder)}; waited {seconds:g} s, "
            "nothing was written, try again"
        ) from None
    except (OSError, NotImplementedError) as error:
        raise NotWrittenError(
            f"cannot lock {place.path}: {reason(error)}; nothing was written"
        ) from None
    try:
        _sweep(room, target.name)
        _sign(holder)
        yield Draft(place.path, target, _read_or_none(place.path, absent_ok), room)
    finally:
        with contextlib.suppress(OSError):
            holder.unlink()
        lock.release()


def _read_or_none(path: Path, absent_ok: bool) -> bytes | None:
    return None if absent_ok and not os.path.lexists(path) else read(path)


# A dataset may come from strangers, in an archive or a clone: a link planted in the workroom must
# not lead us out of it.
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def _workroom(target: Path) -> Path:
    room = target.parent / WORKROOM
    try:
        if not os.path.lexists(room):
            room.mkdir(exist_ok=True)
            room.chmod(stat.S_IMODE(target.parent.stat().st_mode))
        if not stat.S_ISDIR(room.lstat().st_mode):
            raise NotWrittenError(
                f"{room} must be a folder for the lock, and is something else; delete it; "
                "nothing was written"
            )
        hide(room / ".gitignore")
    except OSError as error:
        raise NotWrittenError(
            f"cannot write in the folder {target.parent}: {reason(error)}; nothing was written"
        ) from None
    return room


def hide(ignore: Path) -> None:
    """Keep git from showing the workroom, from its first file on."""
    with contextlib.suppress(FileNotFoundError):
        was = ignore.lstat()
        if stat.S_ISREG(was.st_mode) and was.st_size:
            return
    # An empty file, left by a writer killed right here, is finished.
    descriptor = os.open(ignore, os.O_WRONLY | os.O_CREAT | _NO_LINK, 0o666)
    try:
        os.write(descriptor, b"*\n")
    finally:
        os.close(descriptor)


def _sign(holder: Path) -> None:
    """Say who holds the lock, for those who wait; the lock holds without it."""
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with contextlib.suppress(OSError):
        holder.unlink(missing_ok=True)
        with open(
            os.open(holder, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o666), "wb"
        ) as file:
            file.write(f"process {os.getpid()} on {socket.gethostname()} since {now}".encode())


def _holder(path: Path) -> str:
    try:
        with open(os.open(path, os.O_RDONLY | _NO_LINK), "rb") as file:
            return " ".join(file.read(200).decode("utf-8", "replace").split()) or "another process"
    except OSError:
        return "another process"


def _sweep(room: Path, name: str) -> None:
    """Remove unfinished files of writers that were killed.

    We hold this dataset's lock, so none of them is at work.
    """
    litter = re.compile(re.escape(name) + r"\.[a-z0-9_]{8}\.tmp")
    with contextlib.suppress(OSError):
        for path in room.iterdir():
            if litter.fullmatch(path.name):
                path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Draft:
    """A file held for writing: what it was when read, and the one way to replace it."""

    path: Path
    target: Path | None
    was: bytes | None
    """None where there was no file."""
    room: Path

    @property
    def before(self) -> bytes:
        """What was read; nothing where there was no file."""
        return self.was or b""

    def replace(self, after: bytes) -> None:
        """Put ``after`` in the file's place, or raise ``NotWrittenError`` and leave it as it was.

        The new bytes are on the disk before the name moves to them; mode and owner are kept, links
        stay links. The file must still hold what was read: an editor that saved in between wins,
        and the caller is told.
        """
        if self.target is None:
            return
        try:
            was = None if self.was is None else self.target.stat()
            # Root may write to anything; a file that somebody marked read-only is left alone all
            # the same.
            if was and not (was.st_mode & 0o222 and os.access(self.target, os.W_OK)):
                raise NotWrittenError(f"{self.path} is read-only; nothing was written")
            descriptor, name = tempfile.mkstemp(
                prefix=f"{self.target.name}.", suffix=".tmp", dir=self.room
            )
        except OSError as error:
            raise NotWrittenError(
                f"cannot write beside {self.path}: {reason(error)}; nothing was written"
            ) from None
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(after)
                file.flush()
                _keep_owner(file.fileno(), was)
                os.fsync(file.fileno())
            if was is None:
                publish(name, self.target)
            else:
                self._require_unchanged(self.target)
                os.replace(name, self.target)
        except OSError as error:
            raise NotWrittenError(
                f"cannot write {self.path}: {reason(error)}; nothing was written"
            ) from None
        finally:
            with contextlib.suppress(OSError):
                os.unlink(name)
        sync_folder(self.target.parent)

    def _require_unchanged(self, target: Path) -> None:
        if not os.path.lexists(target):
            raise NotWrittenError(
                f"{self.path} was moved or deleted meanwhile; nothing was written, "
                "put it back and try again"
            )
        try:
            now = read(target)
        except DatasetError as error:
            raise NotWrittenError(f"{error}; nothing was written") from None
        if now != self.was:
            raise NotWrittenError(
                f"{self.path} was changed by another program meanwhile; nothing was written, "
                "look at it and try again"
            )


def _keep_owner(descriptor: int, was: os.stat_result | None) -> None:
    if hasattr(os, "fchmod"):
        if was is None:
            os.fchmod(descriptor, 0o666 & ~umask())
            return
        if (was.st_uid, was.st_gid) != (os.geteuid(), os.getegid()):
            # Only root may give files away; for anyone else the new file simply is theirs.
            with contextlib.suppress(OSError):
                os.fchown(descriptor, was.st_uid, was.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(was.st_mode))


@contextlib.contextmanager
def draft(place: Place, *, dry_run: bool = False) -> Iterator[Draft]:
    """A draft of the dataset; a dry run locks nothing, and its draft replaces nothing."""
    if dry_run:
        yield Draft(place.path, None, read(place.path), place.path.parent)
        return
    with locked(place) as held:
        yield held
