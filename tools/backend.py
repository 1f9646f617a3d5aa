"""What pip calls to build: setuptools, and Cython only where the C has to be generated.

A source distribution carries the generated C, so that setuptools and a compiler are
enough to build it.
"""

import kernels
from setuptools import build_meta
from setuptools.build_meta import *  # noqa: F403  (its hooks are ours but for those below)

CYTHON = f"Cython>={kernels.CYTHON},<3.4"


def get_requires_for_build_sdist(config_settings=None):
    return _asked(build_meta.get_requires_for_build_sdist, config_settings)


def get_requires_for_build_wheel(config_settings=None):
    return _asked(build_meta.get_requires_for_build_wheel, config_settings)


def get_requires_for_build_editable(config_settings=None):
    return _asked(build_meta.get_requires_for_build_editable, config_settings)


def _asked(hook, config_settings):
    """Return what a build needs; what is not there yet is no fault then."""
    kernels.asking = True
    try:
        needed = hook(config_settings)
    finally:
        kernels.asking = False
    return needed if kernels.PURE or kernels.generated_is_current() else [*needed, CYTHON]
