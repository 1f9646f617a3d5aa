"""Builds to compare: of a revision, a folder or a wheel, each kept by what it is made of.

A build is a virtual environment below one folder, named by a hash of its sources, so
that what has been built once is there at once; one that has failed is no build.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.environments import ROOT, copied, empty, pip

CACHE = ROOT / "build" / "benchmarks" / "builds"

#: What a build is made of, below the top of a tree.
SOURCES = ("clustershell", "tools", "setup.py", "setup.cfg", "pyproject.toml")
#: What is in these folders, and is not source.
MADE = ("__pycache__", ".so", ".pyc", ".egg-info", ".c")

#: Builds that are kept, the newest ones.
KEPT = 24

#: The name of the file that says that a build is whole.
WHOLE = "whole"


class NoSuchTree(Exception):
    """What should be built is neither a revision nor a folder nor a wheel."""


class Build(NamedTuple):
    """What was asked for, the hash of its sources, and the interpreter that imports it."""

    name: str
    key: str
    python: Path


def git(*args: str, source: Path = ROOT) -> str:
    """Return what git prints, without the last end of line.

    Raises subprocess.CalledProcessError where it fails.
    """
    done = subprocess.run(
        ["git", "-C", str(source), *args], check=True, capture_output=True, text=True
    )
    return done.stdout.rstrip("\n")


def base() -> str:
    """Return the revision to compare with by default.

    The last tag; else where this branch left ``main``; and where that is what is
    checked out, the commit before it unless there are changes.
    """
    try:
        return git("describe", "--tags", "--abbrev=0")
    except subprocess.CalledProcessError:
        pass
    head = git("rev-parse", "HEAD")
    for main in ("main", "origin/main"):
        try:
            found = git("merge-base", "HEAD", main)
        except subprocess.CalledProcessError:
            continue
        if found != head:
            return found
        break
    return "HEAD" if git("status", "--porcelain", "--", *SOURCES) else "HEAD~1"


def _is_source(path: Path, tree: Path) -> bool:
    parts = path.relative_to(tree).parts
    return path.is_file() and not any(part.endswith(MADE) for part in parts)


def sources(tree: Path) -> Iterator[Path]:
    """Yield the files that a build of a tree depends on, in order."""
    for name in SOURCES:
        top = tree / name
        if top.is_dir():
            yield from sorted(path for path in top.rglob("*") if _is_source(path, tree))
        elif top.exists():
            yield top


def key(tree: Path) -> str:
    """Return a hash of what is built from: the sources, or a wheel, and this Python."""
    digest = hashlib.sha256(sys.version.encode())
    for path in [tree] if tree.is_file() else sources(tree):
        name = path.name if path == tree else path.relative_to(tree).as_posix()
        digest.update(f"\0{name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def checked_out(revision: str, folder: Path) -> Path:
    """Write the tree of a revision into a folder; return it.

    Raises NoSuchTree where git does not know the revision.
    """
    archive = folder / "tree.tar"
    try:
        git("archive", "--format=tar", "-o", str(archive), f"{revision}^{{tree}}")
    except subprocess.CalledProcessError as exc:
        raise NoSuchTree(f"{revision}: {exc.stderr.strip()}") from None
    target = folder / "tree"
    target.mkdir()
    subprocess.run(["tar", "-xf", str(archive), "-C", str(target)], check=True)
    return target


def build(what: str, cache: Path = CACHE) -> Build:
    """Build a revision, a folder or a wheel; return at once what has been built before.

    Raises NoSuchTree for what is none of these.
    """
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(what)
        if path.is_dir() or path.suffix == ".whl" and path.is_file():
            tree = path.resolve()
        else:
            tree = checked_out(what, Path(scratch))
        name = key(tree)
        folder = cache / name
        if not (folder / WHOLE).exists():
            if tree.is_dir() and tree == path.resolve():
                tree = copied(tree, Path(scratch, "tree"))
            print(f"building {what}", flush=True)
            _make(folder, tree)
        (folder / WHOLE).touch()
    _forget(cache)
    return Build(what, name, folder / "bin" / "python")


def _make(folder: Path, tree: Path) -> None:
    """Make an environment with what is built from a tree or a wheel."""
    empty(folder)
    install = [*pip(CACHE.parent, folder), "--quiet"]
    env = {**os.environ, "CLUSTERSHELL_REQUIRE_EXTENSIONS": "1"}
    env.pop("CLUSTERSHELL_PURE_PYTHON", None)
    compiler = shutil.which("ccache")
    if compiler:
        # Every build has a folder of its own; what is compiled does not depend on it.
        env.update(CC=f"{compiler} gcc", CCACHE_NOHASHDIR="1", CCACHE_BASEDIR=str(tree))
    subprocess.run([*install, "--no-deps", str(tree)], check=True, env=env)
    subprocess.run([*install, "PyYAML"], check=True)


def _forget(cache: Path) -> None:
    """Remove the builds that were asked for longest ago."""
    whole = sorted(cache.glob(f"*/{WHOLE}"), key=lambda path: path.stat().st_mtime)
    for path in whole[:-KEPT]:
        shutil.rmtree(path.parent)


def both(old: str | None, new: str | None = None) -> tuple[Build, Build]:
    """Build what to compare with, by default :func:`base`, and what is compared: this tree."""
    return build(old or base()), build(new or str(ROOT))
