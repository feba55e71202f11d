"""How the program is run: its configuration, its own PostgreSQL, its processes. Domains never import this."""
