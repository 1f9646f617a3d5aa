"""The operations whose cost is measured at several sizes; see :mod:`benchmarks.growth`.

Sizes are numbers of runs (of random data, so about as many as elements), of
elements where there is one long run, of vectors, of lines or of commands.
"""
