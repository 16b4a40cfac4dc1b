"""The conversation as HTML: questions, answers, how they came about, and what a reader can do."""
