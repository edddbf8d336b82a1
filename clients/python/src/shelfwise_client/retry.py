"""When a failed attempt is worth another one, and how long to wait before it."""

from __future__ import annotations

import random
import threading

import attrs


@attrs.frozen
class RetryPolicy:
    """Waits grow from the first by ``factor`` up to the longest, and each is cut by up to half at random."""

    attempts: int = 4
    """Attempts for one call, the first included; 1 never tries again."""
    first_wait_seconds: float = 0.1
    factor: float = 2.0
    longest_wait_seconds: float = 5.0
    budget: float = 10.0
    """Retries that the client may have spent ahead of its successes."""
    earned: float = 0.1
    """Share of a retry that a successful call earns back."""

    def wait_seconds(self, attempt: int, at_least: float = 0.0) -> float:
        """Return how long to wait after the failed attempt number ``attempt``, counted from 1."""
        wait = min(self.first_wait_seconds * self.factor ** (attempt - 1), self.longest_wait_seconds)
        return max(at_least, wait * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, guards nothing


class RetryBudget:
    """Keeps the retries of all calls together a small share of them, so that a server that is down is not flooded."""

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self._left = policy.budget
        self._lock = threading.Lock()

    def earn(self) -> None:
        """Note a success."""
        with self._lock:
            self._left = min(self._policy.budget, self._left + self._policy.earned)

    def spend(self) -> bool:
        """Take one retry out of the budget; False where none is left."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True
