"""Dreamers: an interactive audio bedtime-story player."""

import os

# The mix is many small matrix products. A BLAS that hands each to threads of its own spends four
# times the work on waking them, and on a busy machine waits for them; it reads this when numpy is
# first imported.
for _blas in ("OPENBLAS", "MKL", "OMP", "VECLIB_MAXIMUM", "BLIS"):
    os.environ.setdefault(f"{_blas}_NUM_THREADS", "1")
