"""The only room that touches the disk: it finds a dataset, reads it, and replaces it without losing a byte.

The promise of ``Draft``: after any failure the file is as it was; after success it is the old file plus the inserted lines.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from factsheet.errors import DatasetError, NotWrittenError, UsageError
from factsheet.load import MAX_BYTES

ENVIRONMENT = "FACTSHEET_FILE"
USUAL_PLACE = Path("data", "commitments.toml")
LOCK_SECONDS = 10.0
"""How long a writer waits for another one before it gives up."""
WORKROOM = ".factsheet"
"""Folder beside the dataset for the lock and unfinished files; it hides itself from git."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the dataset is. ``shipped`` marks the copy inside the package, which is never written."""

    path: Path
    shipped: bool = False


def find(option: Path | None) -> Place:
    """The dataset to use: the option, else $FACTSHEET_FILE, else data/commitments.toml here or above, else the shipped one."""
    if option is not None:
        return Place(option)
    if named := os.environ.get(ENVIRONMENT):
        return Place(Path(named))
    with contextlib.suppress(OSError):
        here = Path.cwd()
        for folder in (here, *here.parents):
            if (folder / USUAL_PLACE).is_file():
                path = folder / USUAL_PLACE
                return Place(USUAL_PLACE if folder == here else path)
    return Place(shipped(), shipped=True)


def shipped() -> Path:
    """The dataset that came with the package (in a checkout: the one under data/)."""
    package = Path(__file__).parent
    packaged = package / USUAL_PLACE
    return packaged if packaged.is_file() else package.parent / USUAL_PLACE


def read(path: Path) -> bytes:
    """The bytes of a file. Raises ``DatasetError`` with a sentence that says why it cannot be read."""
    try:
        with path.open("rb") as file:
            if stat.S_ISDIR(os.fstat(file.fileno()).st_mode):
                raise IsADirectoryError
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        if path.is_symlink():
            raise DatasetError(f"{path} is a link to a file that is not there: {os.readlink(path)}") from None
        raise DatasetError(f"no file {path}; `factsheet init` starts a dataset, -f FILE names another") from None
    except IsADirectoryError:
        raise DatasetError(f"{path} is a folder; name the dataset file in it, e.g. {path / 'commitments.toml'}") from None
    except (OSError, ValueError) as error:
        raise DatasetError(f"cannot read {path}: {_reason(error)}") from None


def _reason(error: BaseException) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


@contextlib.contextmanager
def locked(place: Place, seconds: float = LOCK_SECONDS) -> Iterator[Draft]:
    """Hold the dataset for writing and yield a draft of it. Raises ``NotWrittenError`` if another writer keeps it too long."""
    if place.shipped:
        raise NotWrittenError(f"{place.path} is the read-only copy in the package; `factsheet init` makes one of your own")
    read(place.path)  # a file that cannot be read is reported before a folder is made beside it
    target = Path(os.path.realpath(place.path))
    room = _workroom(target)
    holder = room / f"{target.name}.holder"
    # Imported here: readers need no lock.
    from filelock import FileLock, Timeout

    lock = FileLock(room / f"{target.name}.lock", timeout=seconds)
    try:
        lock.acquire()
    except Timeout:
        who = _holder(holder)
        raise NotWrittenError(
            f"{place.path} is being written by {who}; waited {seconds:g} s, nothing was written, try again"
        ) from None
    except OSError as error:
        raise NotWrittenError(f"cannot lock {place.path}: {_reason(error)}; nothing was written") from None
    try:
        _sweep(room, target.name)
        now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with contextlib.suppress(OSError):
            holder.write_text(f"process {os.getpid()} on {socket.gethostname()} since {now}\n", encoding="utf-8")
        yield Draft(place.path, target, read(place.path), room)
    finally:
        with contextlib.suppress(OSError):
            holder.unlink()
        lock.release()


def _workroom(target: Path) -> Path:
    room = target.parent / WORKROOM
    try:
        if not room.is_dir():
            room.mkdir(exist_ok=True)
            room.chmod(stat.S_IMODE(target.parent.stat().st_mode))
        ignore = room / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise NotWrittenError(f"cannot write in the folder {target.parent}: {_reason(error)}; nothing was written") from None
    return room


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip() or "another process"
    except OSError:
        return "another process"


def _sweep(room: Path, name: str) -> None:
    """Remove unfinished files of writers that were killed; we hold the lock, so none of them is at work."""
    for litter in room.glob(f"{name}.*.tmp"):
        with contextlib.suppress(OSError):
            litter.unlink()


@dataclass(frozen=True, slots=True)
class Draft:
    """A dataset held for writing: what it was when read, and the one way to replace it."""

    path: Path
    target: Path
    before: bytes
    room: Path

    def replace(self, after: bytes) -> None:
        """Put ``after`` in the file's place, or raise ``NotWrittenError`` and leave the file as it was.

        The new bytes are on the disk before the name moves to them; mode and owner are kept, links stay links. The file must
        still hold what was read: an editor that saved in between wins, and the caller is told.
        """
        if not os.access(self.target, os.W_OK):
            raise NotWrittenError(f"{self.path} is read-only; nothing was written")
        try:
            was = self.target.stat()
            descriptor, name = tempfile.mkstemp(prefix=f"{self.target.name}.", suffix=".tmp", dir=self.room)
        except OSError as error:
            raise NotWrittenError(f"cannot write beside {self.path}: {_reason(error)}; nothing was written") from None
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(after)
                file.flush()
                _keep_owner(file.fileno(), was)
                os.fsync(file.fileno())
            if self._now() != self.before:
                raise NotWrittenError(
                    f"{self.path} was changed by another program meanwhile; nothing was written, look at it and try again"
                )
            os.replace(name, self.target)
        except OSError as error:
            raise NotWrittenError(f"cannot write {self.path}: {_reason(error)}; nothing was written") from None
        finally:
            with contextlib.suppress(OSError):
                os.unlink(name)
        _sync_folder(self.target.parent)

    def _now(self) -> bytes | None:
        try:
            return read(self.target)
        except DatasetError:
            return None


def _keep_owner(descriptor: int, was: os.stat_result) -> None:
    if hasattr(os, "fchmod"):
        if (was.st_uid, was.st_gid) != (os.geteuid(), os.getegid()):
            # Only root may give files away; for anyone else the new file simply is theirs.
            with contextlib.suppress(OSError):
                os.fchown(descriptor, was.st_uid, was.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(was.st_mode))


def _sync_folder(folder: Path) -> None:
    # Some systems cannot open a folder; the rename itself has happened by now.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_new(path: Path, data: bytes, *, exist_ok: bool, forbidden: Path | None = None) -> None:
    """Write a whole file at once (an export, a new dataset): all of it or nothing.

    Raises ``UsageError`` for a path that must not be overwritten and ``NotWrittenError`` for everything the system refuses.
    """
    target = Path(os.path.realpath(path))
    if forbidden is not None and target == Path(os.path.realpath(forbidden)):
        raise UsageError(f"{path} is the dataset itself; name another file")
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file in it")
    if target.exists() and not exist_ok:
        raise NotWrittenError(f"{path} is already there; nothing was written")
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                if hasattr(os, "fchmod"):
                    os.fchmod(file.fileno(), stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask())
                os.fsync(file.fileno())
            if exist_ok:
                os.replace(name, target)
            else:
                _publish(name, target)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(name)
    except FileExistsError:
        raise NotWrittenError(f"{path} is already there; nothing was written") from None
    except OSError as error:
        raise NotWrittenError(f"cannot write {path}: {_reason(error)}; nothing was written") from None
    _sync_folder(target.parent)


def _publish(name: str, target: Path) -> None:
    """Give a finished file its name only if nobody has that name yet."""
    try:
        os.link(name, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: the check above is all there is.
        os.replace(name, target)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def make_folder(path: Path) -> None:
    """Create a folder and its parents. Raises ``NotWrittenError``."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotWrittenError(f"cannot make the folder {path}: {_reason(error)}") from None


def edit(place: Place, change: Callable[[bytes], bytes], *, write: bool = True) -> tuple[bytes, bytes]:
    """Lock, read, change, replace; returns the bytes before and after. With ``write=False`` nothing is locked or written."""
    if not write:
        before = read(place.path)
        return before, change(before)
    with locked(place) as draft:
        after = change(draft.before)
        draft.replace(after)
        return draft.before, after
