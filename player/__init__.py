"""Dreamers: an interactive audio bedtime-story player."""

import logging
import os

# Without --debug nothing is logged, not even errors: the command line reports them.
logging.getLogger(__name__).addHandler(logging.NullHandler())

# The mix is many small matrix products. A BLAS that hands each to threads of its own spends four
# times the work on waking them, and on a busy machine waits for them; it reads this when numpy is
# first imported.
for _blas in ("OPENBLAS", "MKL", "OMP", "VECLIB_MAXIMUM", "BLIS"):
    os.environ.setdefault(f"{_blas}_NUM_THREADS", "1")

# Nothing of a night is sent anywhere, nor is the listener given a number: ONNX Runtime collects and
# sends what it runs, from 1.29 on also outside Windows, unless it reads this when it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
