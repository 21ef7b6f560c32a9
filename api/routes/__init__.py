"""One router per room."""
