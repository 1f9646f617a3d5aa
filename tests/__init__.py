"""The suite, in folders by room; everything is imported below ``tests``."""

import os
from pathlib import Path

#: The project's folder.
ROOT = Path(__file__).resolve().parent.parent

# Nothing depends on how this machine and this user are configured.  It must be said before
# the package is imported, and holds for all processes that tests start.
os.environ["CLUSTERSHELL_CFGDIR"] = str(ROOT / "tests" / "fixtures" / "etc")
os.environ["XDG_CONFIG_HOME"] = "/nonexistent"
