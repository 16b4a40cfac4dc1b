"""Writers: evidence in, sentences that say what they cite out."""
