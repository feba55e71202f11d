"""What goes on paper (打印件): tax bills and release slips as PDF, drawn from what their pages show."""
