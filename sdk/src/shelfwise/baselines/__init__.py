"""One dependency-free plugin per stage: fallback, yardstick and template at once."""
