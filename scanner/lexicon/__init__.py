"""Packs: reading, checking, compiling."""

from scanner.lexicon.load import load
from scanner.lexicon.pack import Lexicon, Pack, Rule

__all__ = ["Lexicon", "Pack", "Rule", "load"]
