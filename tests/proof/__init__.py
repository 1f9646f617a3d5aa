"""The proof that sites can replace the released package: one command, one table.

    python -m tests.proof            everything, in under 20 minutes on two cores
    python -m tests.proof --short    what the gate runs

Each row is a check of its own that can fail; :mod:`tests.proof.rows` lists them.
"""
