"""Off-platform contact: channels, handles, numbers, addresses, links, and steers without any of them."""

from scanner.detect.contact.detector import ContactDetector

__all__ = ["ContactDetector"]
