"""The environment of the released peer, made on first use and kept; how modules of ours run."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).resolve().parent.parent
PEER_REQUIREMENT = "ClusterShell==1.10.1"


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def peer(base: Path) -> Path:
    """Return the interpreter of an environment with the released peer."""
    folder = base / "peer"
    if not (folder / "bin" / "clush").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(_python(folder)), "-m", "pip", "install", "--quiet", PEER_REQUIREMENT]
        subprocess.run(pip, check=True)
    return _python(folder)


def copied(source: Path, target: Path) -> Path:
    """Copy a tree without what was built in it, so that all of it is built anew."""
    ignore = shutil.ignore_patterns(".git", ".venv*", "build", "*.so", "__pycache__", "*.egg-info")
    return Path(shutil.copytree(source, target, ignore=ignore))


def module(python: Path, name: str, *args: str, limit: Optional[float] = None) -> str:
    """Return what a module of ours prints when run by that interpreter.

    Raises CalledProcessError, with what it said on standard error, when it fails
    and TimeoutExpired after ``limit`` seconds.
    """
    done = subprocess.run(
        [str(python), "-m", name, *args],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=limit,
    )
    return done.stdout
