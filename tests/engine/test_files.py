"""Plans and whole files: what goes where, decided beforehand and the same every time."""

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
from engine.specs import Denoise, PictureTask, Upscale

FIELDS = {"op": "denoised", "model": "unet", "scale": "1"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "photos"
    path.mkdir()
    return path


def touch(*paths: Path, content: bytes = b"x") -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def names(pairs: tuple[tuple[Path, Path], ...], base: Path) -> dict[str, str]:
    return {str(a.relative_to(base)): str(b.relative_to(base)) for a, b in pairs}


def plan(*sources: Path, **settings: object) -> files.Plan:
    return files.plan(Denoise(sources=sources, **settings), FIELDS)  # type: ignore[arg-type]


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


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


# Targets


def test_a_result_lies_next_to_its_original_unless_said_otherwise(folder):
    touch(folder / "a/1.png")
    assert names(plan(folder).pairs, folder) == {"a/1.png": "a/1_denoised.png"}


def test_a_target_folder_mirrors_the_sources_folders_and_is_not_made(folder):
    touch(folder / "1.png", folder / "a/b/2.jpeg")
    done = plan(folder, target=folder.parent / "out")
    assert names(done.pairs, folder.parent) == {
        "photos/1.png": "out/1_denoised.png",
        "photos/a/b/2.jpeg": "out/a/b/2_denoised.jpeg",
    }
    assert not (folder.parent / "out").exists()


def test_a_target_folder_inside_the_source_is_not_gathered(folder):
    touch(folder / "1.png", folder / "out/1.png", folder / "out/deep/2.png")
    for source in (folder, folder / "**" / "*.png"):
        done = plan(source, target=folder / "out")
        assert names(done.pairs, folder) == {"1.png": "out/1_denoised.png"}


def test_a_target_folder_that_is_the_source_folder_does_not_hide_the_sources(folder):
    touch(folder / "1.png", folder / "a/2.png")
    for source in (folder, folder / "**" / "*.png"):
        assert len(plan(source, target=folder).pairs) == 2


def test_a_single_picture_can_be_given_its_results_name(folder):
    touch(folder / "1.png")
    done = plan(folder / "1.png", target=folder / "new" / "result.webp")
    assert names(done.pairs, folder) == {"1.png": "new/result.webp"}


def test_an_existing_folder_with_a_pictures_name_is_a_folder(folder):
    touch(folder / "1.png", folder / "out.png" / "x.txt")
    done = plan(folder / "1.png", target=folder / "out.png")
    assert names(done.pairs, folder) == {"1.png": "out.png/1_denoised.png"}


@pytest.mark.parametrize(
    ("sources", "settings", "words"),
    [
        (["1.png", "2.png"], {"target": "out.png"}, "several results"),
        (["."], {"target": "out.png"}, "several results"),
        (["1.png"], {"target": "out.png", "format": "jpg"}, "cannot be written as JPEG"),
        (["1.png"], {"target": "out.gif"}, "cannot be written as GIF"),
        (["1.png"], {"target": "note.txt"}, "is a file"),
        (["1.png"], {"name": "{nme}"}, r"unknown field \{nme\}"),
        (["1.png"], {"name": "{name"}, "stray brace"),
        (["1.png"], {"name": "{}"}, "unknown field"),
        (["1.png"], {"name": "{name.stem}"}, "unknown field"),
        (["1.png"], {"name": "../{name}"}, "file's name"),
        (["1.png"], {"name": "a\\{name}"}, "file's name"),
        (["1.png"], {"name": " "}, "file's name"),
    ],
)
def test_what_cannot_be_meant_is_asked_back(folder, sources, settings, words):
    touch(folder / "1.png", folder / "2.png", folder / "note.txt")
    settings = {k: folder / v if k == "target" else v for k, v in settings.items()}
    with pytest.raises(UserError, match=words) as caught:
        plan(*(folder / name for name in sources), **settings)
    assert caught.value.remedy


def test_a_template_names_the_result(folder):
    touch(folder / "é 50% {x}.png")
    task = Upscale(sources=(folder,), name="{scale}-{{{model}}}-{name}-{op}")
    fields = {"op": "upscaled", "model": "span", "scale": "x2.5"}
    target = files.plan(task, fields).pairs[0][1]
    assert target.name == "x2.5-{span}-é 50% {x}-upscaled.png"


@pytest.mark.parametrize(
    ("name", "asked", "result"),
    [
        ("a.JPG", "same", "a_denoised.JPG"),
        ("a.jpeg", "same", "a_denoised.jpeg"),
        ("a.jpeg", "jpg", "a_denoised.jpeg"),
        ("a.gif", "same", "a_denoised.png"),
        ("a.bmp", "same", "a_denoised.bmp"),
        ("a.png", "avif", "a_denoised.avif"),
        ("a.tif", "tiff", "a_denoised.tif"),
        ("a.tif", "webp", "a_denoised.webp"),
        ("a.b.png", "same", "a.b_denoised.png"),
    ],
)
def test_the_ending_is_known_before_reading(folder, name, asked, result):
    touch(folder / name)
    assert names(plan(folder, format=asked).pairs, folder) == {name: result}


def test_the_ending_follows_what_the_file_really_is(folder):
    touch(folder / "a.jpg", content=b"\x89PNG\r\n\x1a\n")
    assert names(plan(folder).pairs, folder) == {"a.jpg": "a_denoised.png"}


# What is there already


def test_what_is_done_is_skipped(folder):
    touch(folder / "1.png", folder / "2.png", folder.parent / "out/1_denoised.png")
    done = plan(folder, target=folder.parent / "out")
    assert [source.name for source, _ in done.pairs] == ["2.png"]
    assert [(each.path.name, each.reason) for each in done.skipped] == [
        ("1.png", "1_denoised.png is already there.")
    ]


def test_overwrite_and_rename_do_what_they_say(folder):
    touch(folder / "1.png", folder / "1_denoised.png", folder / "1_denoised (2).png")
    over = plan(folder / "1.png", on_conflict="overwrite")
    assert names(over.pairs, folder) == {"1.png": "1_denoised.png"}
    both = plan(folder / "1.png", on_conflict="rename")
    assert names(both.pairs, folder) == {"1.png": "1_denoised (3).png"}


def test_results_of_one_name_get_names_of_their_own_that_stay(folder):
    touch(folder / "a.jpg", folder / "a.png", folder / "b.png")
    expected = {
        "a.jpg": "a_denoised (jpg).png",
        "a.png": "a_denoised (png).png",
        "b.png": "b_denoised.png",
    }
    assert names(plan(folder, format="png").pairs, folder) == expected
    touch(folder / "a_denoised (png).png")
    again = plan(folder, format="png")
    del expected["a.png"]
    assert names(again.pairs, folder) == expected
    assert {each.path.name for each in again.skipped} == {"a.png", "a_denoised (png).png"}
    backwards = plan(folder / "b.png", folder / "a.png", folder / "a.jpg", format="png")
    assert names(backwards.pairs, folder) == expected


def test_pictures_of_one_name_from_two_folders_stay_apart(tmp_path):
    touch(tmp_path / "x/1.png", tmp_path / "y/1.png")
    done = plan(tmp_path / "x", tmp_path / "y", target=tmp_path / "out")
    assert names(done.pairs, tmp_path) == {
        "x/1.png": "out/1_denoised (x).png",
        "y/1.png": "out/1_denoised (y).png",
    }


def test_a_made_up_name_never_takes_another_pictures(folder):
    touch(folder / "a.jpg", folder / "a.png", folder / "a (jpg).png")
    done = plan(folder, format="png", target=folder.parent / "out", name="{name}")
    assert len({target for _, target in done.pairs}) == 3


def test_names_that_differ_in_case_only_get_names_of_their_own(tmp_path):
    touch(tmp_path / "x/A.png", tmp_path / "y/a.png")
    done = plan(tmp_path / "x", tmp_path / "y", target=tmp_path / "out")
    assert len({target.name.casefold() for _, target in done.pairs}) == 2


def test_results_of_an_earlier_run_are_not_worked_on_again(folder):
    touch(folder / "1.png", folder / "1_denoised.jpg", folder / "1_denoised (2).png")
    touch(folder / "2_denoised.png")
    done = plan(folder, on_conflict="overwrite")
    assert names(done.pairs, folder) == {
        "1.png": "1_denoised.png",
        "2_denoised.png": "2_denoised_denoised.png",
    }
    assert {each.path.name for each in done.skipped} == {"1_denoised.jpg", "1_denoised (2).png"}


def test_a_rerun_finds_everything_done(folder):
    touch(*(folder / f"{n}.png" for n in range(3)))
    for _, target in plan(folder).pairs:
        touch(target)
    again = plan(folder)
    assert again.pairs == ()
    assert len(again.skipped) == 6  # the originals, and their results


@pytest.mark.parametrize("on_conflict", ["skip", "overwrite"])
@pytest.mark.parametrize("kind", ["itself", "symlink", "hard link", "linked folder"])
def test_an_original_is_never_a_target(folder, on_conflict, kind):
    source, out = folder / "1.png", folder.parent / "out"
    touch(source)
    match kind:
        case "itself":
            out = folder
        case "linked folder":
            out.symlink_to(folder)
        case _:
            out.mkdir()
            link = out / "1.png"
            link.symlink_to(source) if kind == "symlink" else link.hardlink_to(source)
    done = plan(source, target=out, name="{name}", on_conflict=on_conflict)
    assert done.pairs == ()
    assert "one of the originals" in done.failed[0].reason


def test_another_pictures_original_is_never_a_target(folder):
    touch(folder / "a.jpg", folder / "a.png")
    done = plan(
        folder / "a.jpg", folder / "a.png", name="{name}", format="png", on_conflict="overwrite"
    )
    assert all(target not in (folder / "a.jpg", folder / "a.png") for _, target in done.pairs)
    touch(folder / "b.jpg", folder.parent / "x/b.png")
    done = plan(
        folder / "b.jpg", folder.parent / "x/b.png",
        target=folder.parent / "x", name="{name}", format="png", on_conflict="overwrite",
    )  # fmt: skip
    assert all(target != folder.parent / "x/b.png" for _, target in done.pairs)


def test_a_result_whose_name_would_be_too_long_fails_alone(folder):
    long = "ü" * 124 + ".png"
    touch(folder / long, folder / "1.png")
    done = plan(folder)
    assert names(done.pairs, folder) == {"1.png": "1_denoised.png"}
    assert "too long" in done.failed[0].reason
    assert done.failed[0].remedy


def test_a_path_that_is_too_long_fails_alone(folder):
    touch(folder / "1.png")
    deep = folder.joinpath(*["x" * 200] * 25)
    assert "too long" in plan(folder, target=deep).failed[0].reason


def test_a_folder_in_a_results_place_fails(folder):
    touch(folder / "1.png", folder / "1_denoised.png" / "x.txt")
    assert "in the way" in plan(folder / "1.png", on_conflict="overwrite").failed[0].reason


def test_every_picture_is_planned_skipped_or_failed(folder):
    touch(*(folder / f"{n % 5}/{n}.{end}" for n in range(200) for end in ("png", "jpg")))
    touch(folder / "0/0_denoised.png")
    done = plan(folder, format="png")
    assert len(done.pairs) + len(done.skipped) + len(done.failed) == 401
    assert len({target for _, target in done.pairs}) == len(done.pairs)


def test_any_picture_task_can_be_planned(folder):
    touch(folder / "1.png")
    assert files.plan(PictureTask(sources=(folder,)), FIELDS).pairs
