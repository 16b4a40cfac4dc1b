"""The views beside the conversation: papers, adding papers, settings."""
