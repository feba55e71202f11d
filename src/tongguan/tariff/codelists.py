"""Code lists that were loaded beside our own (已载入的代码表)."""


def refresh(stamp: int) -> None:
    """Bring loaded lists into force."""
