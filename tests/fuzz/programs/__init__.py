"""Random programs over the whole library, run by this package and by the released one.

    python -m tests.fuzz.programs --peer PYTHON [--count N] [--seed N] [--kind KIND] [--domain NAME]

With ``--seeds N --record FILE`` the results of each of N seeds are added to a file of results;
a run that was ended goes on where it was, and the command tells the sum of the file.

``domains`` says what kinds of programs there are: how each is drawn, run, and why two
answers to it may differ.  A program is plain data, drawn from a plain source of random
numbers (``drawing``), so that the same seed gives the same programs.  Two processes
(``pairs``, ``server``) run them, many at a time.  Where an answer of the one package is not
that of the other, the program is put to new processes, or put again where it starts
processes, to tell faults from chance; then Hypothesis finds a smaller program that still
makes a difference.  ``forking`` makes gateways without the start of an interpreter for each.
``surface`` says which public names programs reach.
"""
