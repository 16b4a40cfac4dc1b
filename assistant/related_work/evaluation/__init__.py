"""`citewise eval related-work`: sections beside those that people wrote, and beside baselines."""
