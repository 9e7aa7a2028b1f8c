"""Floor 5: the HTTP service: the Reader for the web page and for programs. No torch."""
