"""Machines without a formula, as rules over a few small variables that a person would sign."""
