"""The environments that are measured: ours and the released peer's.

Each is a virtual environment below one folder, made on first use and kept, so
that a second run starts at once.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEER_REQUIREMENT = "ClusterShell==1.10.1"


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def _pip(folder: Path, *args: str, env: "dict[str, str] | None" = None) -> None:
    command = [str(_python(folder)), "-m", "pip", "install", "--quiet", *args]
    subprocess.run(command, check=True, env={**os.environ, **(env or {})})


def _make(folder: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)


def peer(base: Path) -> Path:
    """Return the interpreter of an environment with the released peer."""
    folder = base / "peer"
    if not (folder / "bin" / "clush").exists():
        _make(folder)
        _pip(folder, PEER_REQUIREMENT)
    return _python(folder)


def ours(base: Path, source: Path = ROOT, name: str = "ours") -> Path:
    """Return the interpreter of an environment with ``source`` built and installed.

    Installed anew each time: what is measured is the tree as it stands.
    """
    folder = base / name
    if not _python(folder).exists():
        _make(folder)
    required = {"CLUSTERSHELL_REQUIRE_EXTENSIONS": "1"}
    _pip(folder, "--force-reinstall", "--no-deps", str(source), env=required)
    _pip(folder, "PyYAML")
    return _python(folder)


def module_output(python: Path, module: str, *args: str) -> str:
    """Return what a module of ours prints when run by that interpreter."""
    done = subprocess.run(
        [str(python), "-m", module, *args],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    return done.stdout
