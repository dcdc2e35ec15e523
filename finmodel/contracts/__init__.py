"""Contracts: one file for each mechanism, and proposals as lists of mechanisms."""
