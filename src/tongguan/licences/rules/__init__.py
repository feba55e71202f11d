"""What must be so before a licence is applied for, issued, received, drawn on, or somebody is watched."""
