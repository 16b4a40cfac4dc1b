"""Related-work sections as every interface makes them.

Nothing is imported here: planning loads scikit-learn.
"""
