"""The shape of the package: figures of ``tools.shape`` stay under ceilings that only fall.

``python -m tools.shape --lower`` lowers the ceilings to what has been reached.
"""

import ast
import json

import pytest

from tools import shape

FIGURES = shape.measure()
CEILINGS = json.loads(shape.CEILINGS.read_text())


@pytest.mark.parametrize("kind", FIGURES)
def test_under_the_ceiling(kind):
    assert shape.exceeding({kind: FIGURES[kind]}, CEILINGS) == []


def test_ceilings_only_fall():
    assert shape.lowered({"k": {"a": 2, "b": 9}}, {"k": {"a": 3, "b": 5, "c": 1}}) == {
        "k": {"a": 2, "b": 5}
    }


def planted(text, tmp_path, monkeypatch, **others):
    """Return the figures of a package of these modules."""
    monkeypatch.setattr(shape, "PACKAGE", tmp_path)
    for name, source in {"planted": text, **others}.items():
        (tmp_path / f"{name}.py").write_text(source)
    return shape.measure(shape.modules())


@pytest.mark.parametrize(
    ("kind", "number", "text"),
    [
        ("lines of files", 451, "\n" * 451),
        ("underscore names of other modules", 1, "import x\nx._secret()\n"),
        ("underscore names of other modules", 1, "from ClusterShell.Task import _secret\n"),
        ("parameters of functions", 7, "def f(a, b, c, d, e, f, *, g): pass\n"),
        ("public functions without annotations", 1, "def f(a): pass\ndef _g(a): pass\n"),
        ("public functions without annotations", 1, "class C:\n def f(self, a: int): pass\n"),
        ("docstrings with 'Arguments:'", 1, 'def _f():\n """F.\n\n Arguments:\n  a: b\n """\n'),
        ("docstrings with 'name: text'", 1, 'def _f():\n """F.\n\n name: text\n """\n'),
    ],
)
def test_what_is_planted_is_found(kind, number, text, tmp_path, monkeypatch):
    figures = planted(text, tmp_path, monkeypatch)
    assert sum(figures[kind].values()) == number
    assert shape.exceeding({kind: figures[kind]}, {})


@pytest.mark.parametrize(
    "text",
    [
        "class C:\n _x = 1\n def _f(self, other):\n  return other._x + self._y\n",
        "def f(a: int) -> int: return a\n",
        "def _f(client):\n client._on_ready(None, 1)\n",  # listed in _engine/client.py
        'def _f(a):\n """Do it.\n\n :param a: why\n """\n',
    ],
)
def test_what_is_fine_is_not(text, tmp_path, monkeypatch):
    assert shape.exceeding(planted(text, tmp_path, monkeypatch), {}) == []


@pytest.mark.parametrize(
    "late",
    [
        "def f() -> None:\n from ClusterShell.planted import x\n",
        "__getattr__ = lazy_names(globals(), {'x': 'ClusterShell.planted'})\n",
        "import_module('ClusterShell.planted')\n",
    ],
)
def test_late_imports_close_circles(late, tmp_path, monkeypatch):
    figures = planted("import ClusterShell.other\n", tmp_path, monkeypatch, other=late)
    assert set(figures["files in circles"]) == {"planted", "other"}


def test_imports_for_types_close_none(tmp_path, monkeypatch):
    late = "if TYPE_CHECKING:\n from ClusterShell.planted import x\n"
    figures = planted("import ClusterShell.other\n", tmp_path, monkeypatch, other=late)
    assert not figures["files in circles"]


ROOMS = sorted(
    path
    for path in shape.PACKAGE.rglob("*.py")
    if path.parent.name.startswith("_") and not path.name.startswith("_")
)


def named_by(path):
    """Return the names that a test file imports, loads as kernels, or bears itself."""
    named = {path.stem[len("test_") :]}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ClusterShell."):
            named |= {node.module.rpartition(".")[2], *(alias.name for alias in node.names)}
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("kernel", "load"):
            named |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    return named


def test_each_room_is_named_by_a_test():
    """By a test file that imports it, loads it as a kernel, or bears its name."""
    named = set()
    for path in (shape.ROOT / "tests").rglob("test_*.py"):
        named |= named_by(path)
    unnamed = [shape.module_name(path) for path in ROOMS if path.stem not in named]
    assert [name for name in unnamed if name not in CEILINGS["rooms that no test names"]] == []
