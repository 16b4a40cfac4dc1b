"""Question and evidence in, a cited and checked answer out. Knows no web framework."""
