"""``python -m shelfwise_inventory_ppo.learning``: learn the policy that ships, and try it out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
import structlog

from shelfwise.simulation import laws
from shelfwise_inventory_ppo.evidence import Evidence
from shelfwise_inventory_ppo.learning.duration import Duration
from shelfwise_inventory_ppo.learning.examples import Examples, draw_examples
from shelfwise_inventory_ppo.learning.grade import grade
from shelfwise_inventory_ppo.learning.pathwise import follow_paths
from shelfwise_inventory_ppo.learning.promises import learn_promise
from shelfwise_inventory_ppo.learning.solved import solve_some
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.presets import Effort
from shelfwise_inventory_ppo.trial import Candidates, try_out

_DEVELOPMENT, _TRIAL, _PROMISE = 1_000_001, 1_000_002, 1_000_003
"""Seeds apart from those of learning."""

log = structlog.get_logger(__name__)


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the weights.")
@click.option("--steps", type=click.IntRange(min=1), default=3200, help="Of learning, a seed.")
@click.option("--seeds", type=click.IntRange(min=1), default=2, help="How often to learn; the best is kept.")
@click.option("--solved", type=click.IntRange(min=1), default=3000, help="Small items solved exactly, a seed.")
@click.option("--width", type=click.IntRange(min=1), default=96, help="Of the hidden layers.")
@click.option("--trials", type=click.IntRange(min=1), default=3000, help="Item-nodes to try the policy out on.")
@click.option("--promises", type=click.IntRange(min=1), default=3000, help="Item-nodes to learn services from.")
def main(out: Path, steps: int, seeds: int, solved: int, width: int, trials: int, promises: int) -> None:
    """Learn from item-nodes drawn at random, keep the best of some seeds, and try it beside tuned simple policies."""
    development = draw_examples(np.random.default_rng(_DEVELOPMENT), 4000)
    best: tuple[float, LearnedPolicy] | None = None
    for seed in range(seeds):
        policy = follow_paths(
            draw_examples,
            duration=Duration(steps=steps),
            width=width,
            seed=seed,
            solved=solve_some(np.random.default_rng(seed), solved),
            tell=_tell(seed),
        )
        cost = grade(policy, development, periods=1000)
        log.info("learning.graded", seed=seed, cost=round(cost, 5))
        if best is None or cost < best[0]:
            best = cost, policy
    assert best is not None
    out.mkdir(parents=True, exist_ok=True)
    best[1].save(out / "policy.safetensors")
    learn_promise(best[1], np.random.default_rng(_PROMISE), promises).save(out / "promise.safetensors")
    _evidence(best[1], draw_examples(np.random.default_rng(_TRIAL), trials)).save(out / "evidence.safetensors")


def _tell(seed: int) -> Callable[[float, float], None]:
    told: list[float] = []

    def tell(passed: float, cost: float) -> None:
        told.append(cost)
        if len(told) % 250 == 0:
            log.info("learning.goes_on", seed=seed, passed=round(passed, 2), cost=round(float(np.mean(told[-250:])), 4))

    return tell


def _evidence(policy: LearnedPolicy, examples: Examples) -> Evidence:
    """Try the policy out on item-nodes whose orders come as announced."""
    candidates = Candidates(
        tuple(str(row) for row in range(len(examples))),
        [laws.empirical(values) for values in examples.demand],
        examples.lead_time,
        examples.shortage_ratio,
        examples.review,
        np.zeros(len(examples)),
    )

    def tell(step: str, done: int, total: int) -> None:
        log.info("trials.go_on", step=step, done=done, of=total)

    saved = try_out(policy, candidates, Effort(scenarios=48), _TRIAL, tell).saved
    return Evidence.of(candidates.terms, examples.shortage_ratio, saved)


if __name__ == "__main__":
    main()
