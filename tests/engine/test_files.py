"""Files appear whole, and sources are gathered, on real folders."""

import errno
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine import files
from engine.errors import UserError
from tests.engine.folders import names, plan, touch, tree

# Files that appear whole


def test_a_file_appears_only_when_it_is_whole(tmp_path):
    target = tmp_path / "new" / "a.bin"
    with files.whole(target) as part:
        part.write_bytes(b"half")
        assert not target.exists()
        assert part.parent == target.parent
        part.write_bytes(b"all of it")
    assert target.read_bytes() == b"all of it"
    assert tree(tmp_path) == {"new", "new/a.bin"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_whatever_stops_the_writing_leaves_the_old_file_and_no_other(tmp_path, error):
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")

    def interrupted() -> None:
        with files.whole(target) as part:
            part.write_bytes(b"new")
            raise error

    with pytest.raises(error):
        interrupted()
    assert target.read_bytes() == b"old"
    assert tree(tmp_path) == {"a.bin"}


def test_a_written_file_has_the_permissions_of_any_new_file(tmp_path):
    before = os.umask(0o027)
    try:
        with files.whole(tmp_path / "a.bin") as part:
            part.write_bytes(b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "a.bin").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "name", ["é中文 %.png", "[1] {x}.png", "ü" * 125 + ".png", "a" * 251 + ".png"]
)
def test_any_name_a_disk_takes_can_be_written(tmp_path, name):
    with files.whole(tmp_path / name) as part:
        part.write_bytes(b"x")
    assert tree(tmp_path) == {name}


def test_a_name_that_is_too_long_is_said_so(tmp_path):
    with pytest.raises(UserError, match="too long"), files.whole(tmp_path / ("a" * 300)) as part:
        part.write_bytes(b"x")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder nobody can write to")
def test_a_folder_that_cannot_be_written_is_said_so():
    with pytest.raises(UserError) as caught, files.whole(Path("/proc/self/a.png")):
        pass
    assert "a.png could not be saved" in caught.value.what
    assert caught.value.remedy


def test_a_file_where_a_folder_should_be_is_said_so(tmp_path):
    touch(tmp_path / "out")
    with pytest.raises(UserError, match="not a folder"), files.whole(tmp_path / "out" / "a.png"):
        pass


def test_a_read_only_folder_is_said_so(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("nothing is read-only to root")
    tmp_path.chmod(0o500)
    with pytest.raises(UserError, match="cannot be written to"), files.whole(tmp_path / "a.png"):
        pass
    tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EROFS, "cannot be written to"), (errno.EACCES, "cannot be"), (errno.EDQUOT, "full")],
)
def test_what_a_disk_refuses_is_put_in_words(number, words):
    error = files.unwritable(Path("out/a.png"), OSError(number, "?"))
    assert "a.png could not be saved" in error.what
    assert words in error.what
    assert error.remedy


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said_so_and_nothing_stays_behind(tmp_path):
    with (
        pytest.raises(UserError, match="disk is full"),
        files.whole(tmp_path / "a.png"),
        Path("/dev/full").open("wb", buffering=0) as full,
    ):
        full.write(b"x")
    assert tree(tmp_path) == set()


def test_a_file_larger_than_the_disk_allows_leaves_nothing_behind(tmp_path):
    script = (
        "import sys; from pathlib import Path; from engine.files import whole\n"
        "with whole(Path(sys.argv[1])) as part: part.write_bytes(bytes(100_000))"
    )

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    run = subprocess.run(
        [sys.executable, "-B", "-c", script, str(tmp_path / "a.png")],
        preexec_fn=limit,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert "UserError: a.png could not be saved. The file is too large" in run.stderr
    assert tree(tmp_path) == set()


def test_what_a_killed_run_left_is_removed_by_the_next_plan(folder):
    touch(folder / "a.png")
    script = (
        "import os, signal, sys; from pathlib import Path; from engine.files import whole\n"
        "with whole(Path(sys.argv[1])) as part:\n"
        "    part.write_bytes(b'half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    args = [sys.executable, "-c", script, str(folder / "a_denoised.png")]
    subprocess.run(args, cwd=Path(__file__).parents[2], check=False)
    assert len(tree(folder)) == 2
    assert names(plan(folder).pairs, folder) == {"a.png": "a_denoised.png"}
    assert tree(folder) == {"a.png"}


def test_sweeping_leaves_other_peoples_files_and_running_work_alone(folder):
    touch(folder / ".a.png.part", folder / "b.part", folder / ".c.png.00000000-1-abc.part")
    with files.whole(folder / "d.png") as part:
        before = tree(folder)
        files.sweep([folder, folder / "missing"])
        assert tree(folder) == before
        part.write_bytes(b"x")


# Gathering


def test_folders_are_sorted_as_people_count_and_hidden_files_left_out(folder):
    kept = ["1.png", "2.JPG", "10.webp", "a/3.tif", "a/20.png"]
    other = [".x.png", "._1.png", "note.txt", "__MACOSX/1.png", ".cache/1.png", "Thumbs.db"]
    touch(*(folder / name for name in kept + other))
    found = files.gather([folder])
    assert [str(path.relative_to(folder)) for path, _ in found.files] == kept
    assert {root for _, root in found.files} == {folder}


def test_subfolders_can_be_left_out(folder):
    touch(folder / "1.png", folder / "a/2.png")
    assert [path.name for path, _ in files.gather([folder], recursive=False).files] == ["1.png"]


def test_a_named_file_is_taken_whatever_it_is_called(folder):
    touch(folder / "picture", folder / ".hidden.png", folder / "x.dat")
    named = [folder / "picture", folder / ".hidden.png", folder / "x.dat"]
    assert [path for path, _ in files.gather(named).files] == named


def test_a_file_whose_name_looks_like_a_glob_is_itself(folder):
    touch(folder / "[1].png", folder / "1.png")
    assert [path.name for path, _ in files.gather([folder / "[1].png"]).files] == ["[1].png"]


def test_a_glob_takes_pictures_and_mirrors_from_its_plain_part(folder):
    touch(folder / "a/1.png", folder / "a/x.txt", folder / "b/2.png")
    found = files.gather([folder / "**" / "*"])
    assert [(path.name, root) for path, root in found.files] == [
        ("1.png", folder),
        ("2.png", folder),
    ]


def test_a_picture_named_twice_is_done_once(folder, monkeypatch):
    touch(folder / "1.png", folder / "x" / "note.txt")
    monkeypatch.chdir(folder)
    sources = [folder, Path("1.png"), folder / "x" / ".." / "1.png", folder / "*.png"]
    assert len(files.gather(sources).files) == 1


@pytest.mark.parametrize("name", ["missing.png", "missing", "*.png", "x" * 300])
def test_a_source_that_is_not_there_is_said_so(folder, name):
    with pytest.raises(UserError, match=r"There is no|Nothing matches"):
        files.gather([folder / name])


def test_a_folder_that_may_not_be_entered_is_reported_and_the_others_go_on(folder):
    if os.geteuid() == 0:
        pytest.skip("root may enter any folder")
    touch(folder / "1.png", folder / "closed/2.png")
    (folder / "closed").chmod(0)
    found = files.gather([folder])
    (folder / "closed").chmod(0o700)
    assert [path.name for path, _ in found.files] == ["1.png"]
    assert [failed.path.name for failed in found.failed] == ["closed"]


def test_an_empty_folder_is_said_so(folder):
    touch(folder / "note.txt")
    with pytest.raises(UserError, match=r"no pictures in .*photos"):
        plan(folder)
