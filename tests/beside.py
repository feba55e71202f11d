"""The papers that are not published with the program: ``shared`` beside the checkout, or the folder TONGGUAN_SHARED names."""

from __future__ import annotations

import os
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]


def _shared() -> Path:
    """Find them beside the checkout or beside a folder it lies in, as a second checkout of git does."""
    if named := os.environ.get("TONGGUAN_SHARED"):
        return Path(named)
    beside = [folder / "shared" for folder in _ROOT.parents]
    return next((found for found in beside if (found / "formats").is_dir()), beside[0])


SHARED = _shared()
