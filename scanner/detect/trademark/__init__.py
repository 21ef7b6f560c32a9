"""The trademark detector: protected marks, the goods they protect, and the wording around them."""

from scanner.detect.trademark.detector import TrademarkDetector

__all__ = ["TrademarkDetector"]
