"""Event traces: small scenarios on the public API, recorded from the released package.

``recording.py``   what a scenario gets, and how its trace is written down
``scenarios/``     the scenarios, grouped by what they are about
``run.py``         runs them under any interpreter that imports ClusterShell
``record.py``      records ``traces.jsonl`` with the released package
"""
