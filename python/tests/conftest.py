"""What must hold before a test module imports anything."""

from __future__ import annotations

import os

# Where a calendar turns windows back, Polars' answer depends on its number of threads (docs/semantics.md, section 13).
os.environ["POLARS_MAX_THREADS"] = "1"
