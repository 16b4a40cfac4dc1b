"""The views beside the conversation: papers, writing, adding papers, settings."""
