"""A digital twin of a retailer: worlds in which the same shop is run in different ways, and what comes of it.

A world (:mod:`~shelfwise.twin.world`) is drawn from a scenario (:mod:`~shelfwise.twin.scenario`) and a number; a life
(:mod:`~shelfwise.twin.life`) is lived in it under an operator, who sees a record (:mod:`~shelfwise.twin.record`) and
nothing else; an experiment (:mod:`~shelfwise.twin.experiment`) runs every arm (:mod:`~shelfwise.twin.arms`) in every
world, and a comparison (:mod:`~shelfwise.twin.comparison`) says what they differ by. Nothing in a world knows that
decisions may be coordinated.
"""
