"""The commands that ``setup.py install`` makes, as packages of distributions do.

Those of setuptools look up the distribution and its entry points at each start, which takes
longer than ``nodeset`` itself; these import what they run and nothing else.
"""

import os
import sys

from setuptools.command.install_scripts import install_scripts

LAUNCHER = """\
#!{python}
import sys

from {module} import {function}

if __name__ == "__main__":
    sys.exit({function}())
"""


class install_launchers(install_scripts):
    """Write the commands of the entry points, unless whoever installs a wheel does."""

    def run(self):
        without, self.no_ep = self.no_ep, True
        super().run()
        if without:
            return
        for entry in self.distribution.entry_points["console_scripts"]:
            name, _, called = map(str.strip, entry.partition("="))
            module, _, function = called.partition(":")
            text = LAUNCHER.format(python=sys.executable, module=module, function=function)
            path = os.path.join(self.install_dir, name)
            self.outfiles.append(path)
            if not self.dry_run:
                os.makedirs(self.install_dir, exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                os.chmod(path, 0o755)
