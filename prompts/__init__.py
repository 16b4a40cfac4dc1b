"""What we say to a language model."""

from prompts.loading import Prompt, PromptError, load_prompt, prompt_names

__all__ = ["Prompt", "PromptError", "load_prompt", "prompt_names"]
