"""Tongguan (通关): an open single window for cross-border trade."""
