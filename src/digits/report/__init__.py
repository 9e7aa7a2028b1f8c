"""Floor 4: records in; figures, tables and pages out. Tables (`table`, `comparison`) load no matplotlib."""
