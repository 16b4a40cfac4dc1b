"""Papers from the network: Hugging Face, arXiv and DOIs, and what is kept of such a source.

This file stays without imports: the catalogue imports `vectorstore.live.state`.
"""
