"""What the configuration files have in common (_config.ini)."""

import pytest

from ClusterShell._config import ini


@pytest.mark.parametrize(
    ("text", "words"),
    [("", []), ("a b", ["a", "b"]), ("'a b' c\\ d", ["a b", "c d"]), ("a\n b", ["a", "b"])],
)
def test_words(text, words):
    assert ini.words(text, "s") == words


@pytest.mark.parametrize("text", ["'a", 'b "c', "a\\"])
def test_words_that_do_not_end(text):
    with pytest.raises(ini.BadSettingError, match=r"^ssh_path: No (closing quotation|escaped)"):
        ini.words(text, "ssh_path")


def test_folders(tmp_path):
    cfgdir = tmp_path / "a b $x"
    (cfgdir / "d").mkdir(parents=True)
    (tmp_path / "link").symlink_to(cfgdir / "d")
    text = f"$CFGDIR/d ${{CFGDIR}}/d '{tmp_path}/link' $CFGDIR/none $OTHER/x $$"
    found = list(ini.folders(text, "confdir", str(cfgdir)))
    assert found == [f"{cfgdir}/d", f"{cfgdir}/none", "$OTHER/x", "$"]


def test_a_folder_that_is_a_file_is_met_in_its_turn(tmp_path):
    (tmp_path / "f").write_text("")
    found = ini.folders(f"{tmp_path} $CFGDIR/f", "autodir", str(tmp_path))
    assert next(found) == str(tmp_path)
    with pytest.raises(NotADirectoryError, match=f"^Defined autodir {tmp_path}/f is not a direct"):
        next(found)


def test_files(tmp_path):
    for name in ("b.conf", "a.conf", ".c.conf", "d.conf.example", "e.yaml"):
        (tmp_path / name).write_text("")
    assert ini.files(str(tmp_path), ".conf") == [f"{tmp_path}/a.conf", f"{tmp_path}/b.conf"]
    assert ini.files(str(tmp_path / "none"), ".conf") == []
    assert ini.files(str(tmp_path / "a.conf"), ".conf") == []
