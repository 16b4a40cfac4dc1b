"""Running the server: what it measures and logs, how it starts, is watched, and ends."""
