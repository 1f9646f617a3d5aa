"""Imports go down only: the layers are read from the syntax trees."""

import ast
from pathlib import Path

import pytest

import ClusterShell
from ClusterShell import _lazy

PACKAGE = Path(ClusterShell.__file__).parent

#: First match wins; a module's layer is the number in front.
LAYERS = [
    (0, ("_accel", "_kernels", "_compiled", "_lazy")),
    (1, ("RangeSet", "MsgTree", "Event", "Defaults", "_ranges", "_messages", "_config", "_shell")),
    (2, ("NodeSet", "NodeUtils", "_nodes", "_groups", "_records")),
    (3, ("Engine", "_engine")),
    (5, ("Worker.Tree", "Propagation", "Communication", "Topology", "_tree")),
    (4, ("Worker", "_work")),
    (6, ("Task", "_task")),
    (7, ("CLI", "Gateway", "Runs", "_cli")),
]


def module_name(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer(name):
    for number, owners in LAYERS:
        if any(name == owner or name.startswith(owner + ".") for owner in owners):
            return number
    return None


def lazily_imported(tree):
    """Yield (line, module below ClusterShell) for each such row of a table of ``lazy_names``."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "lazy_names":
            for node in ast.walk(call.args[1]):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    package, _, name = node.value.partition(".")
                    if package == "ClusterShell":
                        yield node.lineno, name


def imported(tree, importer):
    """Yield (line, module below ClusterShell) for each import in the tree."""
    yield from lazily_imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{importer}:{node.lineno}: relative import"
            module = (node.module or "").replace("cython.cimports.", "")
            names = [module]
            if module in ("ClusterShell", "ClusterShell._accel") or module in (
                "ClusterShell.CLI",
                "ClusterShell.Worker",
                "ClusterShell.Engine",
            ):
                names = [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.startswith("ClusterShell."):
                yield node.lineno, name[len("ClusterShell.") :]


SOURCES = sorted(PACKAGE.rglob("*.py"))


def violations(path, source):
    name = module_name(path)
    own = layer(name)
    found = []
    for lineno, target in imported(ast.parse(source), name):
        other = layer(target)
        if other is None:
            continue  # a name of the package itself, such as __version__
        if other > own:
            found.append(f"{name}:{lineno} (layer {own}) imports {target} (layer {other})")
        if (
            own == 0
            and name.startswith("_kernels")
            and not target.startswith(("_kernels", "_compiled"))
        ):
            found.append(f"{name}:{lineno}: a kernel imports {target}")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_imports_go_down(path):
    name = module_name(path)
    if name == "":
        assert not list(imported(ast.parse(path.read_text()), name))
        return
    assert layer(name) is not None, f"{name} belongs to no layer"
    assert violations(path, path.read_text()) == []


def test_an_upward_import_is_found():
    path = PACKAGE / "RangeSet.py"
    planted = path.read_text() + "\ndef late():\n    from ClusterShell.Task import Task\n"
    assert any("imports Task" in line for line in violations(path, planted))


def test_an_upward_row_of_a_table_is_found():
    path = PACKAGE / "MsgTree.py"
    planted = path.read_text().replace('"sys": None', '"Task": "ClusterShell.Task"')
    assert any("imports Task" in line for line in violations(path, planted))


def test_nobody_uses_the_names_from_above():
    """They are data: a module that used one would hide an import."""
    assert _lazy.ABOVE == {"EngineClientEOF": "ClusterShell.Worker.EngineClient"}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("EngineClient"):
                continue  # where it is at home
            names = [alias.name for alias in getattr(node, "names", []) if hasattr(alias, "name")]
            assert "EngineClientEOF" not in [*names, getattr(node, "attr", None)], path


def test_only_accel_chooses_the_life():
    """Outside ``_accel`` and the kernels nobody names ``_kernels`` or ``_compiled``."""
    for path in SOURCES:
        name = module_name(path)
        if name == "_accel" or name.startswith(("_kernels", "_compiled")):
            continue
        targets = [target for _, target in imported(ast.parse(path.read_text()), name)]
        assert not [t for t in targets if t.startswith(("_kernels", "_compiled"))], name
