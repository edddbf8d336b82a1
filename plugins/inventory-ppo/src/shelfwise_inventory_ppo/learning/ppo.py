"""Learning by proximal policy optimisation (Schulman et al. 2017), through tianshou, on whole quantities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import gymnasium
import numpy as np
import torch
from tianshou.algorithm.modelfree.reinforce import DiscreteActorPolicy
from tianshou.algorithm.optim import AdamOptimizerFactory, LRSchedulerFactory
from tianshou.utils.torch_utils import policy_within_training_step

from shelfwise_inventory_ppo.learning.actor import CHOICES, Actor, Critic
from shelfwise_inventory_ppo.learning.duration import Duration
from shelfwise_inventory_ppo.learning.examples import Draw
from shelfwise_inventory_ppo.learning.itemwise import ItemwisePPO
from shelfwise_inventory_ppo.learning.network import Average, Network
from shelfwise_inventory_ppo.learning.shop import Shop
from shelfwise_inventory_ppo.policy import LearnedPolicy

__all__ = ["improve"]

_PERIODS = 32
_CLIP = 0.2
_SPREAD = (0.6, 0.3)
"""Of the choices around the network's quantity, at the beginning and at the end."""
_BATCH, _REPEAT = 8192, 3
_LONGEST_MEAN = 0.99


def improve(
    draw: Draw,
    *,
    duration: Duration,
    items: int,
    copies: int,
    renewed: float,
    width: int = 64,
    rate: float = 1e-3,
    spread: tuple[float, float] = _SPREAD,
    seed: int = 0,
    start: LearnedPolicy | None = None,
    tell: Callable[[float, float], None] = lambda *_: None,
) -> LearnedPolicy:
    """Learn for a while from so many ``items`` at a time that ``draw`` gives, of each so many ``copies``.

    A share ``renewed`` of the items is new in each step. Choices lie around the network's quantity with a ``spread``,
    in units or, of large orders, in quarters of a deviation, which changes from the first number to the second.
    ``tell`` is told of the share of the time that has passed, and of the mean cost in multiples of the usual.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = Network(width)
    if start is not None:
        network.take(start)
    actor, average = Actor(network, spread[0]), Average(network, _LONGEST_MEAN)
    pace = _Pace()
    algorithm = ItemwisePPO(
        policy=DiscreteActorPolicy(
            actor=cast("Any", actor), dist_fn=_choice, action_space=gymnasium.spaces.Discrete(CHOICES)
        ),
        critic=Critic(width),
        optim=AdamOptimizerFactory(lr=rate).with_lr_scheduler_factory(pace),
        eps_clip=_CLIP,
        advantage_normalization=False,
        vf_coef=0.5,
        ent_coef=0.0,
        max_grad_norm=0.5,
    )
    shop = Shop(draw, random, items, copies)
    for passed in duration.passing():
        actor.spread = spread[0] + (spread[1] - spread[0]) * passed
        pace.share = 1.0 - passed
        if passed > 0 and renewed > 0:
            shop.renew(max(int(items * renewed), 1))
        experience = shop.live(actor, _PERIODS)
        with policy_within_training_step(algorithm.policy):
            algorithm.update(cast("Any", experience), _BATCH, _REPEAT)
        average.add()
        tell(passed, experience.cost)
    return average.network().policy()


def _choice(logits: torch.Tensor) -> torch.distributions.Categorical:
    return torch.distributions.Categorical(logits=logits, validate_args=False)


class _Pace(LRSchedulerFactory):
    """The learning rate as a ``share`` of what it was at first."""

    share = 1.0

    def create_scheduler(self, optim: torch.optim.Optimizer) -> torch.optim.lr_scheduler.LRScheduler:
        """Return what sets it after every update."""
        return torch.optim.lr_scheduler.LambdaLR(optim, lambda _: self.share)
