"""What a collection is about: clusters of papers, each with a name of one to three words."""

from vectorstore.themes.clustering import MAX_THEMES, number_of_themes
from vectorstore.themes.finding import ThemedPapers, ThemeOfTexts, themes

__all__ = ["MAX_THEMES", "ThemeOfTexts", "ThemedPapers", "number_of_themes", "themes"]
