"""Models of our own: what they learn from, and how. The product only runs them."""
