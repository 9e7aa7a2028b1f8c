"""What commands print and write for people: console lines, tables, text, CSV, contact sheets."""
