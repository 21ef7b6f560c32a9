"""One engine for all tests: it is immutable, so sharing it hides nothing."""

import pytest
from hypothesis import HealthCheck, settings

from scanner import Scanner

settings.register_profile("repo", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("repo")


@pytest.fixture(scope="session")
def scanner() -> Scanner:
    return Scanner()
