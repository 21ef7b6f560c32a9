"""Ratios on shared machines: interleaved rounds, collector off, medians."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from statistics import median


def interleaved(arms: Sequence[Callable[[], object]], rounds: int = 9) -> list[float]:
    """Median seconds of each arm over so many rounds, one call of each per round."""
    times: list[list[float]] = [[] for _ in arms]
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        for _ in range(rounds):
            for arm, taken in zip(arms, times, strict=True):
                start = time.perf_counter()
                arm()
                taken.append(time.perf_counter() - start)
    finally:
        gc.enable()
        gc.unfreeze()
    return [median(taken) for taken in times]
