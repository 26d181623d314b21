"""Plans: what goes where, decided beforehand and the same every time."""

import pytest

from engine import files
from engine.errors import UserError
from engine.specs import PictureTask, Upscale
from tests.engine.folders import FIELDS, names, plan, touch

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


def test_a_missing_picture_is_named_even_where_the_result_is_a_file(folder):
    with pytest.raises(UserError, match=r"missing\.jpg"):
        plan(folder / "missing.jpg", target=folder / "out.png")
