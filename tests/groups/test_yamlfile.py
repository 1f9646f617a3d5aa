"""Group files: what is plain is read quickly, and means the same as to a YAML loader."""

import random

import pytest
import yaml

from ClusterShell._groups import yamlfile

FRAGMENTS = """\
a|b1|node[1-3]|'x'|"y z"|yes|no|On|null|~|1|01|0x1f|1_000|1:30|1.5|.inf|2001-01-01||<<|=|!!str 5
!x y|&a q|*a|[a, b]|[a, [b]]|{a: b}|{a: 1}|[]|{}|- |? k|'<<'|'5'|@grp|'@x'|node*|%a|a: b|a#b|a # c
é|n|Y|off|nothing|"\\u00e9"|[a, ]|[a|'it''s'|...|---""".replace("\n", "|").split("|")


def document(rng):
    """Return a text that is a group file, or nearly."""
    values = ("n1", "n[2-3]") * 60 + tuple(FRAGMENTS)
    lines = []
    for number in range(rng.choice((1, 1, 2))):
        lines.append(f"{rng.choice((f's{number}', *FRAGMENTS))}:")
        for group in range(rng.randrange(4)):
            name = rng.choice((f"g{group}",) * 300 + tuple(FRAGMENTS))
            if rng.random() < 0.25:
                lines.append(f"  {name}:")
                lines += [f"  - {rng.choice(values)}" for _ in range(2)]
            else:
                lines.append(f"  {name}: {rng.choice(values)}")
    return "\n".join(lines) + "\n"


def loaded(text):
    try:
        return yaml.load(text, Loader=yamlfile._FastLoader)
    except yaml.YAMLError as exc:
        return type(exc), str(exc)


def read_quickly(text):
    """Return what the reader of plain files gives; None where it leaves a file to the loader."""
    try:
        return yamlfile._PlainReader(yaml.parse(text, Loader=yamlfile._FastLoader)).read()
    except yamlfile._NotPlain:
        return None
    except yaml.YAMLError as exc:
        return type(exc), str(exc)


def test_plain_files_mean_the_same():
    rng = random.Random(1)
    plain = 0
    for _ in range(1500):
        text = document(rng)
        found = read_quickly(text)
        if found is not None:
            assert found == loaded(text), text
            plain += isinstance(found, dict)
    assert plain > 100


@pytest.mark.parametrize(
    "text",
    [
        "s: {g: [n1, 'n[2-3]']}",
        "s:\n  g: n1\n  h:\n  - n2\n  - n3\n",
        's: {"1": "2"}',
        "s: {g: []}",
    ],
)
def test_what_is_usual_is_plain(text):
    assert read_quickly(text) == loaded(text) != None  # noqa: E711


@pytest.mark.parametrize(
    "text",
    ["", "a", "s: {g: 1}", "s: {1: a}", "s: {g: yes}", "s: {g: }", "s: {<<: {a: b}}",
     "s: &x {g: a}\nt: *x", "s: {g: !!str 1}", "s: {[a]: b}", "a: b\n---\nc: d\n"],
)  # fmt: skip
def test_more_than_that_is_for_the_loader(text):
    assert read_quickly(text) is None


def test_a_file_is_read_to_the_same_whatever_it_holds(tmp_path):
    path = tmp_path / "groups.yaml"
    path.write_text("s: &x {g: a}\nt: *x\n")
    assert yamlfile.read_group_file(str(path)) == {"s": {"g": "a"}, "t": {"g": "a"}}
    path.write_text("s: {g: [a, 'b']}\n")
    assert yamlfile.read_group_file(str(path)) == {"s": {"g": ["a", "b"]}}
    path.write_text("s: {g: [a}\n")
    with pytest.raises(yamlfile.BadGroupFile, match="expected ',' or '\\]'"):
        yamlfile.read_group_file(str(path))
