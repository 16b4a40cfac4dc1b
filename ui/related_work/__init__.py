"""Related-work sections as every interface but the command line makes them.

Nothing is imported here: planning loads scikit-learn.
"""
