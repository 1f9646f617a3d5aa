"""Build of ClusterShell: the package, its compiled kernels, its templates.

Two environment variables steer the compilation of the kernels:

``CLUSTERSHELL_PURE_PYTHON=1``
    do not compile; the wheel is tagged ``py3-none-any``.
``CLUSTERSHELL_REQUIRE_EXTENSIONS=1``
    a kernel that does not compile is an error, not a slower installation.
"""

import os
import runpy
import sys
from glob import glob

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = os.path.dirname(os.path.abspath(__file__))
KERNELS = os.path.join("clustershell", "ClusterShell", "_kernels")
#: Where Cython writes the C files.
GENERATED = os.path.join("build", "cython")
#: Marks of what a kernel was built from; the package itself is not imported here.
STAMP = runpy.run_path(os.path.join(ROOT, KERNELS, "_stamp.py"))


def flag(name):
    return os.environ.get(name, "") not in ("", "0")


PURE = flag("CLUSTERSHELL_PURE_PYTHON")
REQUIRED = flag("CLUSTERSHELL_REQUIRE_EXTENSIONS")


def say(text):
    print("ClusterShell: " + text, file=sys.stderr)


def kernel_name(path):
    return os.path.splitext(os.path.basename(path))[0]


def drop_outdated(sources):
    """Remove the C files of kernels whose shared objects are not up to date.

    Cython and setuptools go by the times of files; a source that was changed
    and kept an old time would otherwise never be built.
    """
    stamps = STAMP["stamps"](tuple(map(kernel_name, sources)))
    for path in sources:
        built = glob(os.path.join(KERNELS, "..", "_compiled", kernel_name(path) + ".*.so"))
        generated = os.path.join(GENERATED, os.path.splitext(path)[0] + ".c")
        fresh = any(STAMP["carries"](file, stamps[kernel_name(path)]) for file in built)
        if not fresh and os.path.exists(generated):
            os.remove(generated)


def kernel_extensions():
    """Return one extension for each kernel source, or none where not wanted."""
    if PURE:
        if REQUIRED:
            sys.exit(
                "ClusterShell: CLUSTERSHELL_PURE_PYTHON and "
                "CLUSTERSHELL_REQUIRE_EXTENSIONS contradict each other"
            )
        say("kernels stay interpreted (CLUSTERSHELL_PURE_PYTHON)")
        return []
    try:
        from Cython.Build import cythonize
    except ImportError as exc:
        if REQUIRED:
            raise
        say(f"WARNING: kernels stay interpreted ({exc})")
        return []
    sources = sorted(glob(os.path.join(KERNELS, "[!_]*.py")))
    drop_outdated(sources)
    extensions = [
        Extension("ClusterShell._compiled." + kernel_name(path), [path]) for path in sources
    ]
    extensions = cythonize(
        extensions,
        build_dir=GENERATED,
        include_path=["clustershell"],
        language_level=3,
        compiler_directives={"binding": True},
        quiet=True,
        nthreads=os.cpu_count() or 1,
    )
    # cythonize() returns new objects that have lost this attribute.
    for extension in extensions:
        extension.optional = not REQUIRED
    return extensions


class build_kernels(build_ext):
    """Compile the kernels; all of them, or say clearly that it is none."""

    def finalize_options(self):
        super().finalize_options()
        self.parallel = self.parallel or os.cpu_count()

    def build_extension(self, ext):
        super().build_extension(ext)
        name = ext.name.rpartition(".")[2]
        STAMP["append"](self.get_ext_fullpath(ext.name), STAMP["stamps"]((name,))[name])

    def run(self):
        super().run()
        failed = [
            ext.name
            for ext in self.extensions
            if not os.path.exists(self.get_ext_fullpath(ext.name))
        ]
        if failed:
            say(
                "WARNING: no compiled kernels, the interpreted life is installed "
                "(could not build " + ", ".join(failed) + ")"
            )
        elif self.extensions:
            say(f"{len(self.extensions)} kernels compiled")


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


os.chdir(ROOT)
setup(
    ext_modules=kernel_extensions(),
    cmdclass={"build_ext": build_kernels},
    data_files=templates() + manuals(),
)
