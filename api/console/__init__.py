"""The console: server-rendered pages for the people who answer for what the service decides."""

from api.console.pages import add_console

__all__ = ["add_console"]
