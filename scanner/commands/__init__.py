"""The commands of `scanner`, one module each; `scanner.cli` puts them together."""
