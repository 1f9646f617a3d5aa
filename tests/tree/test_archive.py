"""Archives of copies through gateways: what is packed, what may be unpacked."""

import base64
import io
import os
import stat
import subprocess
import tarfile

import pytest

from ClusterShell._tree.archive import (
    ArchiveError,
    Collector,
    copy_target,
    pack,
    quoted,
    rcopy_source,
    unpack,
)


def archive(*members):
    """Return an archive of members (name, content or None, attributes)."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, content, *attributes in members:
            info = tarfile.TarInfo(name)
            info.mode = 0o644
            for key, value in (attributes or [{}])[0].items():
                setattr(info, key, value)
            if content is not None:
                info.size = len(content)
            tar.addfile(info, io.BytesIO(content or b""))
    made.seek(0)
    return made


class TestNames:
    @pytest.mark.parametrize(
        ("dest", "folder", "name"),
        [
            ("/tmp/dst", "/tmp", "dst"),
            ("/tmp/dst/", "/tmp/dst", "f"),
            ("/x", "/", "x"),
            ("rel", ".", "rel"),
            ("rel/x", "rel", "x"),
            ("/", "/", "f"),
            ("", ".", "f"),
            (".", ".", "f"),
            ("a/..", ".", "f"),
        ],
    )
    @pytest.mark.parametrize("source", ["/src/f", "src/f"])
    def test_copy(self, source, dest, folder, name):
        assert copy_target(source, dest) == (folder, name)

    @pytest.mark.parametrize(
        ("dest", "folder", "name"), [("/tmp/dst", "/tmp", "dst"), ("/tmp/dst/", "/tmp/dst", ".")]
    )
    def test_copy_of_a_folder(self, dest, folder, name):
        assert copy_target("src/d/", dest) == (folder, name)

    @pytest.mark.parametrize(
        ("source", "folder", "name"),
        [
            ("/tmp/x", "/tmp", "x"),
            ("x", ".", "x"),
            ("a/b//", "a", "b"),
            ("a/../b", ".", "b"),
            ("/", "/", "."),
            (".", ".", "."),
            ("..", "..", "."),
        ],
    )
    def test_rcopy(self, source, folder, name):
        assert rcopy_source(source) == (folder, name)

    @pytest.mark.parametrize(
        "path", ["plain", "it's", "a b;c", "$(x)`y`\\", "-x", 'say "x"', "new\nline", "~x y", "%h"]
    )
    def test_one_word_for_a_shell(self, path, tmp_path):
        done = subprocess.run(
            ["sh", "-c", f"printf %s {quoted('/' + path)}"], capture_output=True, text=True
        )
        assert done.stdout == "/" + path

    def test_home(self):
        done = subprocess.run(
            ["sh", "-c", f"printf %s {quoted('~/it' + chr(39) + 's *')}"],
            capture_output=True,
            text=True,
            env={"HOME": "/me"},
        )
        assert done.stdout == "/me/it's *"
        assert quoted("~") == "~"


class TestPack:
    def test_folder(self, tmp_path):
        (tmp_path / "d" / "e").mkdir(parents=True)
        (tmp_path / "d" / "e" / "f").write_bytes(b"x" * 300_000)
        (tmp_path / "d" / "l").symlink_to("e/f")
        with pack(str(tmp_path / "d"), "new") as packed:
            packed.seek(0)
            with tarfile.open(fileobj=packed) as tar:
                assert tar.getnames() == ["new", "new/e", "new/e/f", "new/l"]
                assert tar.getmember("new/l").linkname == "e/f"

    def test_missing(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            pack(str(tmp_path / "none"), "x")


class TestUnpack:
    @pytest.fixture
    def place(self, tmp_path):
        (tmp_path / "dest").mkdir()
        return tmp_path / "dest"

    def listing(self, place):
        return sorted(str(path.relative_to(place)) for path in place.rglob("*"))

    def test_what_was_packed(self, tmp_path, place):
        source = tmp_path / "d"
        (source / "e").mkdir(parents=True)
        (source / "e" / "f").write_bytes(b"content")
        (source / "l").symlink_to("e/f")
        os.link(source / "e" / "f", source / "hard")
        (source / "e" / "f").chmod(0o664)
        (source / "e").chmod(0o2575)
        os.utime(source / "e" / "f", (1_000_000_000, 1_000_000_000))
        os.utime(source, (1_100_000_000, 1_100_000_000))
        with pack(str(source), "d") as packed:
            packed.seek(0)
            unpack(packed, "d", str(place), "d.n1")
        copy = place / "d.n1"
        assert self.listing(place) == ["d.n1", "d.n1/e", "d.n1/e/f", "d.n1/hard", "d.n1/l"]
        assert os.readlink(copy / "l") == "e/f"
        assert (copy / "hard").samefile(copy / "e" / "f")
        assert (copy / "e" / "f").read_bytes() == b"content"
        assert stat.S_IMODE((copy / "e" / "f").stat().st_mode) == 0o664
        assert stat.S_IMODE((copy / "e").stat().st_mode) == 0o575
        assert (copy / "e" / "f").stat().st_mtime == 1_000_000_000
        assert copy.stat().st_mtime == 1_100_000_000

    def test_by_the_names_other_releases_give(self, place):
        members = archive(("d.host", None, {"type": tarfile.DIRTYPE}), ("d.host/f", b"x"))
        unpack(members, "d", str(place), "d.n1")
        assert self.listing(place) == ["d.n1", "d.n1/f"]

    def test_again(self, place):
        for content in (b"one", b"two"):
            unpack(archive(("f", content)), "f", str(place), "f.n1")
        assert (place / "f.n1").read_bytes() == b"two"

    @pytest.mark.parametrize(
        ("members", "error"),
        [
            ([("../evil", b"x")], "outside"),
            ([("f/../../evil", b"x")], "outside"),
            ([("/tmp/evil", b"x")], "outside"),
            ([("g", b"x")], "not what was asked for"),
            ([("foo", b"x")], "not what was asked for"),
            ([(".", None, {"type": tarfile.DIRTYPE})], "not what was asked for"),
            ([("f", None, {"type": tarfile.FIFOTYPE})], "neither a file"),
            ([("f", None, {"type": tarfile.CHRTYPE})], "neither a file"),
            ([("f", None, {"type": tarfile.BLKTYPE})], "neither a file"),
            ([("f", None, {"type": tarfile.LNKTYPE, "linkname": "../x"})], "outside"),
            ([("f", None, {"type": tarfile.LNKTYPE, "linkname": "/etc/passwd"})], "outside"),
            ([("f", None, {"type": tarfile.LNKTYPE, "linkname": "g"})], "not what was asked"),
        ],
    )
    def test_refused(self, place, members, error):
        with pytest.raises(ArchiveError, match=error):
            unpack(archive(*members), "f", str(place), "f.n1")
        assert self.listing(place) == []

    @pytest.mark.parametrize("kind", ["own", "ours", "hard"])
    def test_no_link_is_followed(self, tmp_path, place, kind):
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "file").write_text("kept")
        if kind == "own":
            members = [
                ("f", None, {"type": tarfile.DIRTYPE}),
                ("f/l", None, {"type": tarfile.SYMTYPE, "linkname": str(outside)}),
                ("f/l/file", b"changed"),
            ]
        elif kind == "ours":
            (place / "f.n1").symlink_to(outside)
            members = [("f/file", b"changed")]
        else:
            members = [
                ("f", None, {"type": tarfile.DIRTYPE}),
                ("f/l", None, {"type": tarfile.SYMTYPE, "linkname": str(outside / "file")}),
                ("f/h", None, {"type": tarfile.LNKTYPE, "linkname": "f/l"}),
            ]
        with pytest.raises((ArchiveError, OSError)):
            unpack(archive(*members), "f", str(place), "f.n1")
        assert (outside / "file").read_text() == "kept"
        assert os.listdir(outside) == ["file"]

    def test_a_link_in_place_of_a_file_is_replaced(self, tmp_path, place):
        (tmp_path / "file").write_text("kept")
        (place / "f.n1").symlink_to(tmp_path / "file")
        unpack(archive(("f", b"new")), "f", str(place), "f.n1")
        assert (tmp_path / "file").read_text() == "kept"
        assert not (place / "f.n1").is_symlink()

    def test_no_special_bits(self, place):
        unpack(archive(("f", b"x", {"mode": 0o7777})), "f", str(place), "f.n1")
        assert stat.S_IMODE((place / "f.n1").stat().st_mode) == 0o777

    @pytest.mark.parametrize("data", [b"abc", b"x" * 512, b"\0" * 100])
    def test_no_archive(self, place, data):
        with pytest.raises(ArchiveError):
            unpack(io.BytesIO(data), "f", str(place), "f.n1")

    @pytest.mark.parametrize(
        "headers",
        [
            {"mtime": "nan"},
            {"mtime": "1e300"},
            {"path": "f/a\0b"},
            {"GNU.sparse.size": "x"},
            {"GNU.sparse.map": "1,2,x"},
            {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"},
            {"GNU.sparse.map": "0,7", "GNU.sparse.size": "100000000"},
            {"path": "f/" + "a/" * 3000},
        ],
        ids=repr,
    )
    def test_extended_headers_of_all_kinds(self, place, headers):
        """Whatever they say, the copy of this node fails, and nothing else; no disk is filled."""
        with pytest.raises(ArchiveError):
            unpack(archive(("f", b"content", {"pax_headers": headers})), "f", str(place), "f.n1")
        assert sum(path.stat().st_size for path in place.rglob("*") if path.is_file()) < 100

    def test_headers_without_end(self, place):
        begin = tarfile.TarInfo("x")
        begin.type, begin.size = tarfile.XHDTYPE, 13
        header = begin.tobuf(tarfile.USTAR_FORMAT) + b"13 comment=x\n".ljust(512, b"\0")
        with pytest.raises(ArchiveError):
            unpack(io.BytesIO(header * 3000), "f", str(place), "f.n1")

    def test_cut_short(self, place):
        whole = archive(("f", b"x" * 10_000)).getvalue()
        with pytest.raises(ArchiveError):
            unpack(io.BytesIO(whole[:4096]), "f", str(place), "f.n1")


@pytest.fixture
def collector(tmp_path):
    made = Collector("f", str(tmp_path / "new" / "dest"))
    yield made
    made.close()


class TestCollector:
    def test_lines(self, tmp_path, collector):
        text = base64.b64encode(archive(("f", b"content")).getvalue())
        lines = [text[start : start + 1000] for start in range(0, len(text), 1000)]
        collector.add("n1", b"\n".join(lines[:4]))
        collector.add("n2", text)
        for line in lines[4:]:
            collector.add("n1", line)
        for node in ("n1", "n2", "n3"):
            collector.unpack(node)
        assert sorted(os.listdir(tmp_path / "new" / "dest")) == ["f.n1", "f.n2"]

    def test_rubbish(self, tmp_path, collector):
        collector.add("n1", b"!!!")
        collector.add("n1", b"YWJj")  # nothing that follows counts
        with pytest.raises(ArchiveError):
            collector.unpack("n1")
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize("node", ["a/b", "../a"])
    def test_names_that_are_paths(self, tmp_path, node):
        collector = Collector(".", str(tmp_path))
        collector.add(node, base64.b64encode(archive(("./f", b"x")).getvalue()))
        with pytest.raises(ArchiveError, match="not the name of a file"):
            collector.unpack(node)

    def test_dropped(self, tmp_path, collector):
        collector.add("n1", b"YWJj")
        collector.drop("n1")
        collector.unpack("n1")
        assert os.listdir(tmp_path) == []
