"""Kernels cannot lie: what is edited, broken or half there is not used.

Each test spoils one file of a copy of the package, as installed or as the
source tree of an editable installation, and asks the copy what it uses.
"""

import os
import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

import ClusterShell
from ClusterShell import _accel

PACKAGE = Path(ClusterShell.__file__).parent
#: A use of every kernel, whose result is the same in both lives.
USE_ALL = """\
from ClusterShell.MsgTree import MsgTree
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Worker.Worker import StreamWorker
tree = MsgTree()
tree.add("a", b"x")
print(NodeSet("x[1-2]y[3-4],x1y5") - NodeSet("x2y3"), len(tree))
"""
USED = "x1y[3-5],x2y4 1\n"


@pytest.fixture
def installed(tmp_path):
    """Return the package folder of a copy with its compiled kernels, as a wheel installs it."""
    if _accel.wants_interpreted():
        pytest.skip("the interpreted life is under test")
    if not _accel.COMPILED:
        pytest.skip(f"kernels are not compiled here: {_accel.REASON}")
    folder = tmp_path / "clustershell" / "ClusterShell"
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def source_tree(installed):
    """Return the package folder of a copy that lies in a source tree."""
    (installed.parent.parent / "setup.py").touch()
    return installed


def run(package, *args, **kwargs):
    env = dict(os.environ, PYTHONPATH=str(package.parent), PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run(
        [sys.executable, *args], env=env, capture_output=True, text=True, timeout=60, **kwargs
    )
    return done.stdout, done.stderr


def verdict(package):
    """Return what a copy says of its kernels; it has to work with them, too."""
    code = USE_ALL + "from ClusterShell import _accel\nprint(f'{_accel.life()} ({_accel.REASON})')"
    said, complaint = run(package, "-c", code)
    assert complaint == ""
    assert said.startswith(USED)
    return said[len(USED) : -1]


def shared_object(package, name):
    return package / "_compiled" / (name + EXTENSION_SUFFIXES[0])


COMPILED = "compiled (all kernels are built)"


def test_copies_are_compiled(source_tree):
    assert verdict(source_tree) == COMPILED
    (source_tree.parent.parent / "setup.py").unlink()
    assert verdict(source_tree) == COMPILED


def test_edited_kernel(source_tree):
    for name in _accel.KERNELS:
        source = source_tree / "_kernels" / (name + ".py")
        text = source.read_text()
        source.write_text(text + "\n# edited\n")
        said, _ = run(source_tree, "-m", "ClusterShell._accel")
        reason = f"not built since its source changed: {name}"
        assert said == f"ClusterShell kernels: interpreted ({reason})\n"
        source.write_text(text)
    assert verdict(source_tree) == COMPILED


def test_the_edit_is_what_runs(source_tree):
    source = source_tree / "_kernels" / "names.py"
    source.write_text(source.read_text() + "\nprint('edited')\n")
    assert run(source_tree, "-c", "import ClusterShell.NodeSet") == ("edited\n", "")


def test_times_of_files_say_nothing(source_tree):
    for path in (source_tree / "_kernels").glob("*.py"):
        os.utime(path)  # as a checkout of another branch and back does
    assert verdict(source_tree) == COMPILED
    source = source_tree / "_kernels" / "names.py"
    source.write_text(source.read_text() + "\n# edited\n")
    os.utime(source, (1, 1))  # as a copy that keeps times
    assert "interpreted (not built since its source changed: names)" in verdict(source_tree)


def test_edited_declarations_concern_all_kernels(source_tree):
    with (source_tree / "_compiled" / "longs.pxd").open("a") as stream:
        stream.write("# edited\n")
    said = verdict(source_tree)
    assert said.endswith("source changed: " + ", ".join(_accel.KERNELS) + ")")


def test_kernel_without_a_stamp(source_tree):
    path = shared_object(source_tree, "streams")
    path.write_bytes(path.read_bytes()[:-8])
    assert "interpreted (not built since its source changed: streams)" in verdict(source_tree)


def test_installed_package_looks_at_no_source(installed):
    shutil.rmtree(installed / "_kernels")
    said, _ = run(installed, "-m", "ClusterShell._accel")
    assert said == f"ClusterShell kernels: {COMPILED}\n"


def emptied(path):
    path.write_bytes(b"")


def text_instead(path):
    path.write_bytes(b"\n".join([b"not a shared object"] * 9999))


def cut_short(path):
    path.write_bytes(path.read_bytes()[:20000])


def header_only(path):
    path.write_bytes(path.read_bytes()[:50])


def zeros(path):
    path.write_bytes(bytes(path.stat().st_size))


def another_machine(path):
    content = bytearray(path.read_bytes())
    content[18:20] = (0x1234).to_bytes(2, sys.byteorder)
    path.write_bytes(content)


def another_module(path):
    other = "longs" if "longs" not in path.name else "names"
    path.write_bytes(path.with_name(other + EXTENSION_SUFFIXES[0]).read_bytes())


def a_folder(path):
    path.unlink()
    path.mkdir()


SPOILERS = (
    emptied,
    text_instead,
    cut_short,
    header_only,
    zeros,
    another_machine,
    another_module,
    a_folder,
)


@pytest.mark.parametrize("name", ["longs", "msgtree"])
@pytest.mark.parametrize("spoil", SPOILERS)
def test_broken_kernel(installed, spoil, name):
    spoil(shared_object(installed, name))
    said = verdict(installed)
    assert said.startswith(f"interpreted ({name} cannot be loaded: ")


def test_absent_kernel(installed):
    shared_object(installed, "vectors").unlink()
    said = verdict(installed)
    assert said == "interpreted (not built for this Python: vectors)"


@pytest.mark.parametrize(
    "note, reason",
    [
        (
            b"Python.h is missing: install python3-dev\nmore\n",
            "Python.h is missing: install python3-dev",
        ),
        (b"", "not built for this Python: vectors"),
        (b"\xff", "not built for this Python: vectors"),
    ],
)
def test_note_of_the_build(installed, note, reason):
    (installed / "_compiled" / "NOT_BUILT").write_bytes(note)
    assert verdict(installed) == COMPILED
    shared_object(installed, "vectors").unlink()
    assert verdict(installed) == f"interpreted ({reason})"


def unresolved(path):
    """Let a shared object want a function that nothing has; its file looks whole."""
    content = path.read_bytes()
    at = content.index(b"\0PyErr_Occurred\0")
    path.write_bytes(content[:at] + b"\0PyErr_Occurrex\0" + content[at + 16 :])


def test_kernel_that_looks_whole_and_is_the_first_to_be_used(installed):
    unresolved(shared_object(installed, "blocks"))
    code = "from ClusterShell import MsgTree, _accel, RangeSet\nprint(_accel.life(), _accel.REASON)"
    said, complaint = run(installed, "-c", code)
    assert complaint == ""
    assert said.startswith("interpreted blocks cannot be loaded: ")
    assert "PyErr_Occurrex" in said


def test_kernel_that_looks_whole_and_is_used_too_late(installed):
    """Other kernels are in use, compiled: an error that says what to do, no mixture."""
    unresolved(shared_object(installed, "msgtree"))
    _, complaint = run(installed, "-c", "import ClusterShell.NodeSet, ClusterShell.MsgTree")
    last = complaint.splitlines()[-1]
    assert last.startswith("ImportError: kernel msgtree cannot be loaded: ")
    assert last.endswith("(install ClusterShell again or set CLUSTERSHELL_PURE_PYTHON=1)")


def test_looking_loads_nothing(installed):
    code = (
        "import sys\nfrom ClusterShell import _accel\n"
        "print(*(name for name in sys.modules if name.startswith('ClusterShell._compiled.')))"
    )
    assert run(installed, "-c", code) == ("ClusterShell._compiled.longs\n", "")


@pytest.mark.parametrize("life", ["compiled", "broken", "chosen"])
def test_clush_says_so_where_nobody_asked_for_it(installed, life, monkeypatch):
    if life == "broken":
        emptied(shared_object(installed, "streams"))
    elif life == "chosen":
        monkeypatch.setenv("CLUSTERSHELL_PURE_PYTHON", "1")
    args = ("-m", "ClusterShell.CLI.Clush", "-d", "-R", "exec", "-w", "n1", "true")
    _, complaint = run(installed, *args, stdin=subprocess.DEVNULL)
    said = "DEBUG:ClusterShell._accel:kernels: interpreted (streams cannot be loaded: "
    assert (said in complaint) == (life == "broken")
    assert "STARTING DEBUG" in complaint
