"""One paper, once: keys to find records of one paper by, the decision, and the merged record."""

from vectorstore.identity.comparing import Reason, compare, same_paper
from vectorstore.identity.keys import identity_keys, registered_ids, version_of
from vectorstore.identity.merging import Resolution, merge_origins, merged, resolve

__all__ = [
    "Reason",
    "Resolution",
    "compare",
    "identity_keys",
    "merge_origins",
    "merged",
    "registered_ids",
    "resolve",
    "same_paper",
    "version_of",
]
