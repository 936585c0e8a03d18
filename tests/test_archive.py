"""What paths stand for: files, folders, archives, and archives that lie."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from gouji.corpus.report import Failure
from gouji.inference import archive
from gouji.inference.archive import Input, count, inputs
from gouji.inference.workers import Job, answers
from stand_in import text_of


def names(*paths: object) -> list[str]:
    return [item.source.path if isinstance(item, Failure) else item.path for item in inputs(map(str, paths))]


def failures(*paths: object) -> dict[str, str]:
    return {i.source.path: i.code for i in inputs(map(str, paths)) if isinstance(i, Failure)}


def write_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return path


def write_tar(path: Path, members: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as out:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))
    return path


def test_folders_are_walked_in_order_and_hidden_files_skipped(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "sub/c.txt", "sub/.hidden", ".git/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert names(tmp_path) == [f"{tmp_path}/{n}" for n in ("a.txt", "b.txt", "sub/c.txt")]
    assert count([str(tmp_path)]) == 3
    assert list(inputs([str(tmp_path)], leave_out=[str(tmp_path / "sub")]))[-1] == Input(f"{tmp_path}/b.txt")


def test_inputs_come_in_the_order_given(tmp_path: Path) -> None:
    z = write_zip(tmp_path / "z.zip", {"2.txt": b"2", "1.txt": b"1"})
    (tmp_path / "a.txt").write_text("x")
    assert names(z, tmp_path / "a.txt", "nowhere") == [f"{z}!2.txt", f"{z}!1.txt", f"{tmp_path}/a.txt", "nowhere"]


@pytest.mark.parametrize(("name", "mode"), [("t.tar", "w"), ("t.tar.gz", "w:gz"), ("t.tgz", "w:gz"), ("T.TAR", "w")])
def test_members_of_tars(tmp_path: Path, name: str, mode: str) -> None:
    path = write_tar(
        tmp_path / name, {"d/a.txt": b"one", "../../etc/b.txt": b"two", "._c": b"", "__MACOSX/x": b""}, mode
    )
    found = list(inputs([str(path)]))
    assert found == [Input(f"{path}!d/a.txt", b"one"), Input(f"{path}!../../etc/b.txt", b"two")]


def test_an_empty_folder_is_answered(tmp_path: Path) -> None:
    assert failures(tmp_path) == {str(tmp_path): "empty"}


def test_broken_archives_are_corrupt_and_cost_nothing_else(tmp_path: Path) -> None:
    good = write_zip(tmp_path / "good.zip", {"a.txt": b"1" * 5000})
    (tmp_path / "cut.zip").write_bytes(good.read_bytes()[:-10])
    (tmp_path / "not.zip").write_text("not")
    (tmp_path / "not.tar.gz").write_text("not")
    whole = write_tar(tmp_path / "whole.tgz", {f"{n}.txt": os.urandom(3000) for n in range(20)})
    (tmp_path / "cut.tgz").write_bytes(whole.read_bytes()[:30_000])
    assert failures(tmp_path) == {
        f"{tmp_path}/{n}": "corrupt" for n in ("cut.zip", "not.zip", "not.tar.gz", "cut.tgz")
    }  # fmt: skip
    assert f"{good}!a.txt" in names(tmp_path)
    assert f"{tmp_path}/cut.tgz!0.txt" in names(tmp_path)


def test_a_damaged_or_encrypted_member_is_corrupt(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "z.zip", {"a.txt": os.urandom(500), "b.txt": b"fine", "c.txt": b"locked"})
    data = bytearray(path.read_bytes())
    data[60] ^= 0xFF
    locked = data.rindex(b"PK\x01\x02")
    data[locked + 8] |= 1
    path.write_bytes(data)
    assert failures(path) == {f"{path}!a.txt": "corrupt", f"{path}!c.txt": "corrupt"}


def test_bombs_are_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {"bytes": 1000, "archive_bytes": 20_000, "archive_members": 100}
    monkeypatch.setattr(archive, "_limit", limits.__getitem__)
    one = write_zip(tmp_path / "one.zip", {"a.txt": b"0" * 100_000, "b.txt": b"fine"})
    assert failures(one) == {f"{one}!a.txt": "too_large"}
    many = write_zip(tmp_path / "many.zip", {f"{n}": b"0" * 900 for n in range(90)})
    assert failures(many) == {str(many): "too_large"}
    assert len(names(many)) == 23
    crowd = write_zip(tmp_path / "crowd.zip", {f"{n}": b"" for n in range(200)})
    assert failures(crowd) == {str(crowd): "too_large"}
    tar = write_tar(tmp_path / "t.tgz", {"a.txt": b"fine", "b.txt": b"0" * 1_000_000, "c.txt": b"x"})
    assert failures(tar)[str(tar)] == "too_large"
    assert names(tar)[0] == f"{tar}!a.txt"


def test_links_and_nested_archives_are_answered(tmp_path: Path) -> None:
    path = tmp_path / "t.tar"
    with tarfile.open(path, "w") as out:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        out.addfile(link)
        out.addfile(tarfile.TarInfo("in.zip"))
    assert failures(path) == {f"{path}!link": "unsupported", f"{path}!in.zip": "unsupported"}


def test_names_that_windows_wrote_in_gbk(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "z.zip", {"aaaa.txt": b"1"})
    path.write_bytes(path.read_bytes().replace(b"aaaa.txt", "年报".encode("gbk") + b".txt"))
    assert names(path) == [f"{path}!年报.txt"]


def test_workers_answer_in_order_and_survive_each_other(tmp_path: Path) -> None:
    words = ["", "DIE", "", "SLEEP", "RAISE", "", "", ""]
    items = [Input(f"{n}.txt", text_of(words=word).encode()) for n, word in enumerate(words)]
    found = [a.answer for a in answers(items, Job("stand_in:load"), n_workers=2, timeout=2)]
    assert [a.source.path for a in found] == [i.path for i in items]
    codes = [getattr(a, "code", None) for a in found]
    assert codes == [None, "internal", None, "timeout", "internal", None, None, None]


def test_one_process_answers_the_same(tmp_path: Path) -> None:
    items = [Input("a", text_of(words="SLEEP").encode()), Input("b", text_of().encode()), Input("c", b"")]
    found = [a.answer for a in answers(items, Job("stand_in:load"), timeout=0.3)]
    assert [getattr(a, "code", None) for a in found] == ["timeout", None, "empty"]
