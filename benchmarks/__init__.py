"""Performance as ratios to a peer in the same run; never shipped in the wheel, never asserted by a test."""
