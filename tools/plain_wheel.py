"""A command ``bdist_wheel`` for setuptools that has none and where ``wheel`` is not installed.

pip installs only wheels.  setuptools makes them since release 70; before that a package of
its own does, which a site without a network may not have.  This is the least that serves
there: no options, no compression levels, no signatures.
"""

import base64
import hashlib
import os
import shutil
import sys
import sysconfig
import tempfile
import zipfile
from glob import glob

from setuptools import Command


class bdist_wheel(Command):
    """Make a wheel of what ``install`` installs."""

    description = "create a wheel distribution"
    user_options = [
        ("bdist-dir=", "b", "ignored"),
        ("dist-dir=", "d", "where to put the wheel"),
        ("keep-temp", "k", "ignored"),
    ]
    boolean_options = ["keep-temp"]

    def initialize_options(self):
        self.bdist_dir = self.dist_dir = self.keep_temp = None

    def finalize_options(self):
        self.dist_dir = self.dist_dir or "dist"
        self.root_is_pure = not self.distribution.has_ext_modules()

    def tag(self):
        """Return the tag of what has been built."""
        if self.root_is_pure:
            return "py3-none-any"
        python = "cp{}{}".format(*sys.version_info)
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        return f"{python}-{python}-{platform}"

    def run(self):
        self.run_command("build")
        meta = self.distribution.metadata
        name = f"{meta.get_name()}-{meta.get_version()}"
        folder = tempfile.mkdtemp()
        try:
            self.install(folder, f"{name}.data")
            (egg_info,) = glob(os.path.join(folder, "*.egg-info"))
            dist_info = os.path.join(folder, f"{name}.dist-info")
            self.egg2dist(egg_info, dist_info)
            self.write_tag(dist_info)
            os.makedirs(self.dist_dir, exist_ok=True)
            target = os.path.join(self.dist_dir, f"{name}-{self.tag()}.whl")
            pack(folder, f"{name}.dist-info/RECORD", target)
        finally:
            shutil.rmtree(folder)

    def install(self, folder, data):
        """Install into *folder* as the files of a wheel are arranged."""
        install = self.reinitialize_command("install", reinit_subcommands=True)
        install.root = folder
        install.compile = False
        install.skip_build = True
        install.warn_dir = False
        install.install_purelib = install.install_platlib = ""
        for key in ("headers", "scripts", "data"):
            setattr(install, "install_" + key, os.path.join(data, key))
        # Whoever installs the wheel makes the commands.
        self.reinitialize_command("install_scripts").no_ep = True
        self.run_command("install")

    def egg2dist(self, egg_info, dist_info):
        """Write *dist_info* as what *egg_info* says; ``setup.py dist_info`` calls it, too."""
        os.makedirs(dist_info, exist_ok=True)
        with open(os.path.join(egg_info, "PKG-INFO"), encoding="utf-8") as file:
            head, separator, body = file.read().partition("\n\n")
        requires = os.path.join(egg_info, "requires.txt")
        if "\nRequires-Dist:" not in head and os.path.exists(requires):
            with open(requires) as file:
                head = "\n".join([head.rstrip("\n"), *requirements(file)])
        with open(os.path.join(dist_info, "METADATA"), "w", encoding="utf-8") as file:
            file.write(head + (separator or "\n") + body)
        for name in ("entry_points.txt", "top_level.txt"):
            shutil.copy(os.path.join(egg_info, name), dist_info)
        for name in self.distribution.metadata.license_files or []:
            shutil.copy(name, dist_info)
        shutil.rmtree(egg_info)

    def write_tag(self, dist_info):
        with open(os.path.join(dist_info, "WHEEL"), "w") as file:
            file.write(
                "Wheel-Version: 1.0\nGenerator: plain_wheel\n"
                f"Root-Is-Purelib: {str(self.root_is_pure).lower()}\nTag: {self.tag()}\n"
            )


def requirements(lines):
    """Yield headers for the *lines* of ``requires.txt``."""
    condition = ""
    for line in filter(None, map(str.strip, lines)):
        if line.startswith("["):
            condition = f' ; extra == "{line[1:-1]}"'
        else:
            yield f"Requires-Dist: {line}{condition}"


def pack(folder, record, target):
    """Put all files of *folder*, and *record* with their sums, into the wheel *target*."""
    lines = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for top, folders, names in os.walk(folder):
            folders.sort()
            for path in sorted(os.path.join(top, name) for name in names):
                name = os.path.relpath(path, folder)
                archive.write(path, name)
                with open(path, "rb") as file:
                    data = file.read()
                digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
                lines.append(f"{name},sha256={digest.decode().rstrip('=')},{len(data)}\n")
        archive.writestr(record, "".join(lines) + f"{record},,\n")
