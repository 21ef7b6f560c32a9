"""Banned drugs, their precursors, medicines and the things made for them."""

from scanner.detect.drug.detector import DrugDetector

__all__ = ["DrugDetector"]
