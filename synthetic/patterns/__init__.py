"""The planted patterns, one file each; every one looks like life, none like its neighbour."""
