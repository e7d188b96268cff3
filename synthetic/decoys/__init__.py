"""The decoys: what looks like a pattern and is none. A decoy's name is the detector that must not raise it."""
