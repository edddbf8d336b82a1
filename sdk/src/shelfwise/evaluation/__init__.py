"""Evaluation of plugins on public protocols: metrics, splits and reports, one module a stage."""
