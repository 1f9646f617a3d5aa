"""Build of ClusterShell: the package, its kernels, its templates, manual pages, completions.

Two environment variables steer the compilation of the kernels:

``CLUSTERSHELL_PURE_PYTHON=1``
    do not compile; the wheel is tagged ``py3-none-any``.
``CLUSTERSHELL_REQUIRE_EXTENSIONS=1``
    kernels that cannot be compiled are an error, not a slower installation.

What the package is stands in ``setup.cfg``.
"""

import os
import sys
from glob import glob

from setuptools import setup

ROOT = os.path.dirname(os.path.abspath(__file__))
os.chdir(ROOT)
sys.path.insert(0, os.path.join(ROOT, "tools"))

import kernels  # noqa: E402  (below tools)
import launchers  # noqa: E402


def templates():
    """Return ``conf/`` as the files of ``<prefix>/etc/clustershell``."""
    found = []
    for folder, _, names in sorted(os.walk("conf")):
        target = os.path.join("etc", "clustershell", os.path.relpath(folder, "conf"))
        if names:
            files = [os.path.join(folder, name) for name in sorted(names)]
            found.append((os.path.normpath(target), files))
    return found


def manuals():
    return [
        (f"share/man/man{section}", sorted(glob(f"doc/man{section}/*.{section}")))
        for section in ("1", "5")
    ]


def completions():
    """Return ``completions/`` as the files of ``<prefix>/share`` in which shells look."""
    places = {
        "bash": "bash-completion/completions",
        "zsh": "zsh/site-functions",
        "fish": "fish/vendor_completions.d",
    }
    return [
        (f"share/{place}", sorted(glob(f"completions/{shell}/*")))
        for shell, place in places.items()
    ]


setup(
    ext_modules=kernels.extensions(),
    cmdclass={**kernels.COMMANDS, "install_scripts": launchers.install_launchers},
    data_files=templates() + manuals() + completions(),
)
kernels.conclude()
