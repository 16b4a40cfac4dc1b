"""The check: is each sentence supported by the words it cites, and how surely."""
