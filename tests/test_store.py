"""What the system refuses, what others do to the file meanwhile, and what a write keeps.

Every failure leaves the file as it was.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
import sys
import tomllib
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, SMALL

from factsheet import store

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="links, modes and users as on Unix")
WRITE = ["update", "arms", "--note", "noted"]
NOBODY = 65534


def program(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own."""
    command = [sys.executable, "-m", "factsheet", *map(str, arguments)]
    environment = {
        **os.environ,
        "FACTSHEET_NOW": NOW,
        "PYTHONDONTWRITEBYTECODE": "1",
        **options.pop("env", {}),
    }
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, **options
    )


def refused(result: Any, code: int, words: str) -> None:
    assert (result.returncode if hasattr(result, "returncode") else result.exit_code) == code, (
        result.stderr
    )
    assert words in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert result.stderr.startswith("error: ")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def as_nobody(run: Any, tmp_path: Path) -> Callable[..., Any]:
    """The program run by a user who owns nothing: a fork that gives up being root, since that user
    may not reach this Python.
    """
    if sys.platform == "win32" or os.geteuid():
        pytest.skip("only root can become somebody else")
    for folder in (tmp_path, *tmp_path.parents):
        folder.chmod(folder.stat().st_mode | 0o011)
    everything = tmp_path / "everything.toml"
    everything.write_text(SMALL, encoding="utf-8")
    run("list", "-f", everything)
    run("init", tmp_path / "started")
    run(*WRITE, "-f", everything)  # every module is loaded now
    everything.unlink()

    def call(*arguments: object) -> Any:
        from factsheet.cli import app

        output = [(tmp_path / name).open("w+") for name in ("out", "err")]
        child = os.fork()
        if not child:
            code: Any = 70
            try:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
                sys.stdout, sys.stderr = output
                app([str(argument) for argument in arguments], prog_name="factsheet")
            except SystemExit as done:
                code = done.code or 0
            except BaseException:  # noqa: BLE001  whatever it is, the test shall see it
                traceback.print_exc(file=output[1])
            finally:
                for stream in output:
                    stream.flush()
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        texts = [stream.seek(0) or stream.read() for stream in output]
        return subprocess.CompletedProcess(arguments, code, *texts)

    return call


# What is there instead of a dataset


def test_a_missing_file(run: Any, tmp_path: Path) -> None:
    refused(run(*WRITE, "-f", tmp_path / "none.toml"), 3, "no file")
    refused(run("list", "-f", tmp_path / "none.toml"), 3, "factsheet init")
    assert names(tmp_path) == []


def test_a_folder(run: Any, tmp_path: Path) -> None:
    refused(run(*WRITE, "-f", tmp_path), 3, "is a folder")
    assert names(tmp_path) == []


@UNIX
def test_a_dangling_link_and_a_link_to_itself(run: Any, tmp_path: Path) -> None:
    (tmp_path / "dangling.toml").symlink_to("gone.toml")
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    refused(
        run(*WRITE, "-f", tmp_path / "dangling.toml"),
        3,
        "link to a file that is not there: 'gone.toml'",
    )
    refused(run(*WRITE, "-f", tmp_path / "loop.toml"), 3, "cannot read")
    assert names(tmp_path) == ["dangling.toml", "loop.toml"]


@UNIX
def test_a_link_is_not_passed_over_for_another_dataset(run: Any, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "commitments.toml").symlink_to("gone.toml")
    refused(run("list"), 3, "gone.toml")


@UNIX
def test_a_pipe_is_read_but_never_written(run: Any, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    refused(run(*WRITE, "-f", pipe), 4, "is a pipe or a device")
    result = program("list", "-f", "/dev/stdin", input=SMALL)
    assert (result.returncode, result.stderr) == (0, "")


@UNIX
def test_an_endless_file_is_read_to_the_bound_only(run: Any) -> None:
    for command in (["validate", "/dev/zero"], ["list", "-f", "/dev/zero"]):
        refused(run(*command), 3, "has more than 64 MiB")


def test_a_file_beyond_the_bound_is_never_cut(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_BYTES", len(SMALL.encode()) - 1)
    theirs = small.with_name("theirs.toml")
    theirs.write_text(SMALL[:500], encoding="utf-8")
    for command in (
        ["update", "arms", "--note", "x", "-f", small],
        ["merge", theirs, small, theirs],
    ):
        assert run(*command).exit_code == 3
        assert small.read_text(encoding="utf-8") == SMALL


# Permissions


@UNIX
def test_a_file_nobody_may_read(as_nobody: Any, small: Path) -> None:
    small.chmod(0)
    refused(as_nobody("list", "-f", small), 3, "cannot read")
    refused(as_nobody(*WRITE, "-f", small), 3, "cannot read")
    assert names(small.parent) == ["commitments.toml"]


@UNIX
def test_a_read_only_file_even_for_root(run: Any, small: Path) -> None:
    small.chmod(0o444)
    refused(run(*WRITE, "-f", small), 4, "is read-only; nothing was written")
    assert small.read_text(encoding="utf-8") == SMALL


@UNIX
def test_a_file_of_somebody_else(as_nobody: Any, small: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can give a file away")
    small.parent.chmod(0o777)
    refused(as_nobody(*WRITE, "-f", small), 4, "is read-only")
    assert small.read_text(encoding="utf-8") == SMALL


@UNIX
def test_a_read_only_folder(as_nobody: Any, small: Path) -> None:
    small.chmod(0o666)
    small.parent.chmod(0o555)
    try:
        refused(as_nobody(*WRITE, "-f", small), 4, "cannot write in the folder")
        refused(as_nobody("init", small.parent / "new"), 4, "cannot make the folder")
        assert names(small.parent) == ["commitments.toml"]
    finally:
        small.parent.chmod(0o755)
    assert small.read_text(encoding="utf-8") == SMALL


@UNIX
def test_a_folder_nobody_may_enter(as_nobody: Any, small: Path) -> None:
    small.parent.chmod(0o600)
    try:
        refused(as_nobody("list", "-f", small), 3, "Permission denied")
        refused(as_nobody("init", small.parent.parent), 4, "Permission denied")
    finally:
        small.parent.chmod(0o755)


@UNIX
def test_who_shares_the_folder_shares_the_lock(run: Any, as_nobody: Any, small: Path) -> None:
    small.chmod(0o666)
    small.parent.chmod(0o777)
    assert run(*WRITE, "-f", small).exit_code == 0
    result = as_nobody(*WRITE, "-f", small)
    assert result.returncode == 0, result.stderr
    assert small.read_text(encoding="utf-8").count("noted") == 2


# No room


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A file system with hardly any room, if mounting is permitted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32k", "factsheet-test", str(disk)],
        capture_output=True,
        check=False,
    )
    if not mounted or mounted.returncode:
        pytest.skip("mounting is not permitted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def fill(disk: Path, spare: int) -> None:
    (disk / "spare").write_bytes(b"x" * spare)
    with contextlib.suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
        while ballast.write(b"x" * 1024):
            pass
    (disk / "spare").unlink()


@pytest.mark.parametrize("spare", [0, 4096])
def test_a_full_disk(run: Any, tiny: Path, spare: int) -> None:
    path = tiny / "commitments.toml"
    text = (
        SMALL + "# padding\n" * 600
    )  # more than one block, so that the new file does not fit into what is spare
    path.write_text(text, encoding="utf-8")
    fill(tiny, spare)
    refused(run(*WRITE, "-f", path), 4, "No space left on device; nothing was written")
    assert path.read_text(encoding="utf-8") == text
    assert not list(tiny.glob("**/*.tmp"))
    (tiny / "ballast").unlink()
    assert run(*WRITE, "-f", path).exit_code == 0
    assert (tiny / ".factsheet" / ".gitignore").read_text() == "*\n"


@UNIX
def test_a_limit_on_file_size(small: Path) -> None:
    limited = (
        "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (600, 600)); "
        "from factsheet.__main__ import main; main()"
    )
    command = [sys.executable, "-c", limited, *WRITE, "-f", str(small)]
    result = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    refused(result, 4, "File too large; nothing was written")
    assert small.read_text(encoding="utf-8") == SMALL
    assert not list(small.parent.glob("**/*.tmp"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_behind_stdout(small: Path) -> None:
    for command in (["list"], ["list", "--format", "json"], ["show", "arms"]):
        with open("/dev/full", "wb") as full:
            result = subprocess.run(
                [sys.executable, "-m", "factsheet", *command, "-f", str(small)],
                stdout=full,
                stderr=-1,
                text=True,
                check=False,
            )
        assert result.returncode == 4
        assert result.stderr == "error: cannot write the output: No space left on device\n"
    # A record that is in the file is a success, or a script would write it twice.
    with open("/dev/full", "wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "factsheet", *WRITE, "-f", str(small)], stdout=full, check=False
        )
    assert result.returncode == 0
    assert small.read_text(encoding="utf-8").count("noted") == 1


@UNIX
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-", "| true", "2>/dev/full"])
def test_nobody_listening(small: Path, closed: str) -> None:
    script = f'"{sys.executable}" -m factsheet update arms --note noted -f "$0" {closed}'
    subprocess.run(["bash", "-c", f"set -o pipefail; {script}", str(small)], check=True)
    assert (
        tomllib.loads(small.read_text(encoding="utf-8"))["commitments"][0]["updates"][-1]["note"]
        == "noted"
    )
    script = f'"{sys.executable}" -m factsheet list -f "$0" {closed}'
    result = subprocess.run(
        ["bash", "-c", script, str(small)], check=False, capture_output=True, text=True
    )
    assert "Traceback" not in result.stderr


# Others at work on the same file


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Let something happen between the read and the replacement, as late as it can."""

    def arrange(event: Callable[[], object]) -> None:
        fsync = os.fsync

        def late(descriptor: int) -> None:
            fsync(descriptor)
            monkeypatch.setattr(os, "fsync", fsync)
            event()

        monkeypatch.setattr(os, "fsync", late)

    return arrange


def test_an_edit_in_between_wins(run: Any, small: Path, meanwhile: Any) -> None:
    meanwhile(lambda: small.write_text(SMALL + "# mine\n", encoding="utf-8"))
    refused(
        run(*WRITE, "-f", small),
        4,
        "was changed by another program meanwhile; nothing was written, look at it and try again",
    )
    assert small.read_text(encoding="utf-8") == SMALL + "# mine\n"
    assert run(*WRITE, "-f", small).exit_code == 0
    assert "# mine\n" in small.read_text(encoding="utf-8")


def test_an_edit_that_keeps_size_and_time_is_seen(run: Any, small: Path, meanwhile: Any) -> None:
    was = small.stat()

    def edit() -> None:
        small.write_text(SMALL.replace("Buy $25", "Buy $26"), encoding="utf-8")
        os.utime(small, ns=(was.st_atime_ns, was.st_mtime_ns))

    meanwhile(edit)
    refused(run(*WRITE, "-f", small), 4, "was changed by another program")
    assert "Buy $26" in small.read_text(encoding="utf-8")


def test_a_file_that_vanishes(run: Any, small: Path, meanwhile: Any) -> None:
    meanwhile(small.unlink)
    refused(run(*WRITE, "-f", small), 4, "was moved or deleted meanwhile")
    assert not small.exists()


@UNIX
def test_a_folder_that_vanishes(run: Any, small: Path, meanwhile: Any) -> None:
    meanwhile(lambda: shutil.rmtree(small.parent))
    refused(run(*WRITE, "-f", small), 4, "nothing was written")


def test_litter_of_the_killed_is_swept_and_that_of_others_left(run: Any, small: Path) -> None:
    room = small.parent / ".factsheet"
    room.mkdir()
    ours, other = room / "commitments.toml.ab_c12x9.tmp", room / "commitments.toml.x.ab_c12x9.tmp"
    ours.touch()
    other.touch()
    (room / "commitments.toml.holder").write_bytes(b"process 1 \xff on a machine that is gone")
    (room / "commitments.toml.lock").touch()
    assert run(*WRITE, "-f", small).exit_code == 0
    assert names(room) == [".gitignore", "commitments.toml.lock", other.name]


@UNIX
@pytest.mark.parametrize(
    "planted", ["commitments.toml.holder", ".gitignore", "commitments.toml.lock", ""]
)
def test_a_planted_link_leads_nowhere(run: Any, small: Path, tmp_path: Path, planted: str) -> None:
    """A clone or an archive may bring a workroom with links in it."""
    precious = tmp_path / "precious"
    room = small.parent / ".factsheet"
    if planted:
        precious.write_text("mine")
        room.mkdir()
        (room / planted).symlink_to(precious)
    else:
        precious.mkdir()
        room.symlink_to(precious)
    result = run(*WRITE, "-f", small)
    assert result.exit_code in (0, 4), result.stderr
    assert (precious.read_text() == "mine") if planted else (names(precious) == [])
    assert (small.read_text(encoding="utf-8") == SMALL) == (result.exit_code == 4)


def test_names_with_pattern_signs_are_only_names(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "[a-z]*.toml"
    path.write_text(SMALL, encoding="utf-8")
    room = tmp_path / ".factsheet"
    room.mkdir()
    (room / "b.toml.abcdefgh.tmp").touch()
    assert run(*WRITE, "-f", path).exit_code == 0
    assert (room / "b.toml.abcdefgh.tmp").exists()


# What a write keeps


@UNIX
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_the_mode_is_kept(run: Any, small: Path, mode: int) -> None:
    small.chmod(mode)
    assert run(*WRITE, "-f", small).exit_code == 0
    assert stat.S_IMODE(small.stat().st_mode) == mode


@UNIX
@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away"
)
def test_the_owner_is_kept(run: Any, small: Path) -> None:
    os.chown(small, NOBODY, NOBODY)
    assert run(*WRITE, "-f", small).exit_code == 0
    assert (small.stat().st_uid, small.stat().st_gid) == (NOBODY, NOBODY)


@UNIX
def test_links_stay_links(run: Any, small: Path, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "near.toml").symlink_to("data/commitments.toml")
    link = tmp_path / "far" / "link.toml"
    link.symlink_to("../near.toml")
    assert run(*WRITE, "-f", link).exit_code == 0
    assert os.readlink(link) == "../near.toml"
    assert "noted" in small.read_text(encoding="utf-8")
    assert names(link.parent) == [
        "link.toml"
    ]  # the workroom is beside the real file, so that all links share one lock


def test_git_shows_nothing_but_the_dataset(run: Any, small: Path) -> None:
    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments]
        return subprocess.run(
            command, cwd=small.parent.parent, check=True, capture_output=True, text=True
        ).stdout

    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "start")
    assert run(*WRITE, "-f", small).exit_code == 0
    assert git("status", "--porcelain", "--untracked-files=all") == " M data/commitments.toml\n"


# New files


def test_write_new_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.md"
    target.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for exist_ok in (True, False):
        with pytest.raises(store.NotWrittenError):
            store.write_new(target, b"new", exist_ok=exist_ok)
    with pytest.raises(store.NotWrittenError, match="No space left"):
        store.write_new(tmp_path / "other.md", b"new", exist_ok=False)
    assert names(tmp_path) == ["report.md"]
    assert target.read_text() == "old"


@UNIX
def test_write_new_keeps_links_modes_and_devices(tmp_path: Path) -> None:
    real, link = tmp_path / "real.md", tmp_path / "link.md"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to("real.md")
    store.write_new(link, b"new", exist_ok=True)
    assert (real.read_text(), os.readlink(link), stat.S_IMODE(real.stat().st_mode)) == (
        "new",
        "real.md",
        0o640,
    )
    device = os.stat("/dev/null")
    store.write_new(Path("/dev/null"), b"new", exist_ok=True)
    assert os.path.samestat(device, os.stat("/dev/null"))
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    (tmp_path / "dangling.toml").symlink_to("elsewhere.toml")
    with pytest.raises(store.NotWrittenError, match="already there"):
        store.write_new(tmp_path / "dangling.toml", b"new", exist_ok=False)
    assert not (tmp_path / "elsewhere.toml").exists()


def test_write_new_spares_the_dataset_under_any_name(small: Path, tmp_path: Path) -> None:
    names_of_it = [small, small.parent / ".." / "data" / "commitments.toml"]
    if sys.platform != "win32":
        (tmp_path / "link.toml").symlink_to(small)
        os.link(small, tmp_path / "hard.toml")
        names_of_it += [tmp_path / "link.toml", tmp_path / "hard.toml"]
    for name in names_of_it:
        with pytest.raises(store.UsageError, match="is the dataset itself"):
            store.write_new(name, b"new", exist_ok=True, forbidden=small)
    assert small.read_text(encoding="utf-8") == SMALL


def test_write_new_does_not_take_a_name_that_appears_meanwhile(
    tmp_path: Path, meanwhile: Any
) -> None:
    target = tmp_path / "commitments.toml"
    meanwhile(lambda: target.write_text("theirs"))
    with pytest.raises(store.NotWrittenError, match="already there"):
        store.write_new(target, b"ours", exist_ok=False)
    assert target.read_text() == "theirs"
    assert names(tmp_path) == ["commitments.toml"]


def test_init_leaves_what_is_there_alone(run: Any, small: Path) -> None:
    refused(run("init", small.parent.parent), 4, "already there")
    refused(run("init", small), 4, "cannot make the folder")
    assert small.read_text(encoding="utf-8") == SMALL
    assert names(small.parent) == ["commitments.toml"]
