"""PPO that knows that time never ends, and that items differ in how much their costs vary."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tianshou.algorithm.modelfree.ppo import PPO

from shelfwise_inventory_ppo.learning.shop import mean_by

__all__ = ["ItemwisePPO"]

_DISCOUNT, _LAMBDA = 0.98, 0.95


class ItemwisePPO(PPO):
    """PPO that knows that time never ends, and that items differ in how much their costs vary.

    A reward is how much less than the item's mean a period cost, so that values stay small, and advantages (Schulman
    et al. 2016) are made alike in spread for each item.
    """

    def _preprocess_batch(self, batch: Any, buffer: Any, indices: NDArray[np.int64]) -> Any:
        del indices
        periods, rows = buffer.reward.shape
        with torch.no_grad():
            value = self.critic(buffer.seen.flatten(0, 1)).reshape(periods + 1, rows)
            surprise = buffer.reward + _DISCOUNT * value[1:] - value[:-1]
            advantage, later = torch.empty_like(surprise), torch.zeros(rows)
            for period in reversed(range(periods)):
                later = surprise[period] + _DISCOUNT * _LAMBDA * later
                advantage[period] = later
            batch.returns = (advantage + value[:-1]).flatten()
            advantage = advantage - mean_by(buffer.group, advantage.mean(dim=0))[buffer.group]
            spread = mean_by(buffer.group, (advantage**2).mean(dim=0)).sqrt()
            batch.adv = (advantage / (spread[buffer.group] + 1e-6)).flatten()
            batch.v_s = value[:-1].flatten()
            logits, _ = self.policy.actor(batch.obs)
            batch.logp_old = torch.log_softmax(logits, dim=1).gather(1, batch.act[:, None])[:, 0]
        return batch
