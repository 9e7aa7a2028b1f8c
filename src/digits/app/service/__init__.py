"""The service: the Reader over HTTP, for the page and for programs. No torch."""
