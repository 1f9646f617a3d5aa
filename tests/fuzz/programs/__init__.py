"""Random programs over the whole library, run by this package and by the released one.

    python -m tests.fuzz.programs --peer PYTHON [--count N] [--seed N] [--kind KIND] [--domain NAME]

``domains`` says what kinds of programs there are: how each is drawn, run, and why two
answers to it may differ.  A program is plain data.  Hypothesis draws programs (``drawing``)
and, where an answer of the one package is not that of the other, finds a smaller program
that still makes a difference.  Two processes (``server``) run them, many at a time.
"""
