"""What the tables of all messages share: they are YAML, and their elements are called in two languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class Labelled:
    """An element with its short meaning in Chinese and English."""

    zh: str
    en: str

    def label(self, lang: str) -> str:
        """Return the short meaning of the element in zh or en."""
        return self.labels[lang]

    @property
    def labels(self) -> dict[str, str]:
        """Return the meaning in both languages, as the values of a finding hold it."""
        return {"zh": self.zh, "en": self.en}


def read(path: Path) -> Any:
    """Return what a table of ours holds; by the reader in C where there is one, since every start reads them all."""
    return yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
