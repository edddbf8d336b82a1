"""Learning the policy, in torch: what a plan does not need."""
