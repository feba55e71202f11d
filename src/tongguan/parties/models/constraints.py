"""Constraints that several tables share."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


def one_of(field: str, values: tuple[str, ...], name: str) -> models.CheckConstraint:
    """Return the constraint that a column holds one of some words."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)
