"""The members of the ensemble, each a model of every series together."""
