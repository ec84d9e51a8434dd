"""Reproducible benches: `make bench` (see docs/reference/performance.md). Ratios beside a floor, in one
run.
"""
