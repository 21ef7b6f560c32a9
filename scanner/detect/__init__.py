"""The detectors, one a category; a category without one of its own is read by `ListedDetector`."""

from scanner.detect.base import Context, Detector
from scanner.detect.contact import ContactDetector
from scanner.detect.drug import DrugDetector
from scanner.detect.listed import ListedDetector
from scanner.detect.trade_assurance import TradeAssuranceDetector
from scanner.detect.trademark import TrademarkDetector

DETECTORS: tuple[type[Detector], ...] = (ContactDetector, TrademarkDetector, DrugDetector, TradeAssuranceDetector)

__all__ = ["DETECTORS", "Context", "Detector", "ListedDetector"]
