"""What an answer stands on: the papers, the words that were cited, and why they were found."""
