"""Declaring in two steps (两步申报) by page: a short form for the summary, and what is missing first for the rest."""
