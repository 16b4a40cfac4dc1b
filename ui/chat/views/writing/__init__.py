"""The Write view: a topic or a draft becomes a plan, and the plan a related-work section."""
