"""Every public callable, called with arguments of every kind, here and in the released package.

    python -m tests.fuzz.calls --peer PYTHON [--seed N] [--cases N] [MODULE...]

Cases are drawn from ``tests/recorded/surface`` (what is public, and which parameters it has):
for each callable and each of some objects to call it on, no argument, one argument of each
kind, several, too many, by keyword, by a keyword that is none.  ``answers`` runs them in a
process of either package and tells the result, or class and text of the exception, and what
has become of the object.  Differences are printed, unless ``explained`` has a reason.
"""
