"""Speed, memory and ranking, measured: Citewise beside its peers, and as it grows. Not shipped."""
