"""What is done with declarations in two steps: lodge a summary, let its goods go, complete it, turn it, note lateness."""
