"""Linkage on Spark: the same steps in its tasks."""
