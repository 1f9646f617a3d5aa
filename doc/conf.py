"""How the documentation is built: ``python -m sphinx -W -b html doc build/doc``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "clustershell"))

import ClusterShell

project = "ClusterShell, performance edition"
author = "the maintainers"
version = release = ClusterShell.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.doctest"]
exclude_patterns = ["man1", "man5"]
html_theme = "alabaster"
html_theme_options = {
    "description": "Node sets and parallel commands for clusters",
    "fixed_sidebar": True,
}
html_show_sourcelink = False
myst_heading_anchors = 3
# Links of pages into the source tree work in a checkout, not in the built site.
suppress_warnings = ["myst.xref_missing"]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
# Annotations are for type checkers; a reader knows what a "NodeSet | str" is.
python_use_unqualified_type_names = True
