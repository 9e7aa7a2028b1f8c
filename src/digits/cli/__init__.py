"""Floor 6: the command line. One file per command, named like it; `main` finds them, `output/` has the formats."""
