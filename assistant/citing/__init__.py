"""Citations: from a model's text and marks, as it streams, to sentences and what they cite."""
