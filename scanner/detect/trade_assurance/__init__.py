"""The trade_assurance detector: a seller who refuses, conditions or goes round the platform's escrow.

The order of work: finds and cue words become `Event`s (events.py), sentences and clauses part them
(clauses.py), negations are tied to what they negate (talk.py), and the rules of conduct read each
clause (stance.py, excuse.py, condition.py, bargain.py, payment.py). detector.py turns what they say into hits.
"""

from scanner.detect.trade_assurance.detector import TradeAssuranceDetector

__all__ = ["TradeAssuranceDetector"]
