"""Pages for everybody: the first page, signing in and out."""
