"""The service: an HTTP API in front of `scan` and `assess`, and a console for the people who answer for it."""
