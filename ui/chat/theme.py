"""The page's colours and fonts for Gradio's own parts; `static/chat.css` does the layout."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio.themes import Base


def reading_theme() -> "Base":
    """Return a quiet theme whose fonts come with Gradio: nothing is fetched from elsewhere."""
    from gradio.themes import Base, LocalFont

    return Base(
        # The semi-bold files that Gradio ships lack most letters; bold ones are whole.
        font=[LocalFont("IBM Plex Sans", (400, 700)), "system-ui", "sans-serif"],
        font_mono=[LocalFont("IBM Plex Mono", (400, 700)), "ui-monospace", "monospace"],
    ).set(
        body_background_fill="var(--page)",
        body_background_fill_dark="var(--page)",
        body_text_color="var(--ink)",
        body_text_color_dark="var(--ink)",
        body_text_color_subdued="var(--quiet)",
        body_text_color_subdued_dark="var(--quiet)",
        background_fill_primary="var(--surface)",
        background_fill_primary_dark="var(--surface)",
        background_fill_secondary="var(--panel)",
        background_fill_secondary_dark="var(--panel)",
        border_color_primary="var(--line)",
        border_color_primary_dark="var(--line)",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
        block_padding="0px",
        input_background_fill="var(--surface)",
        input_background_fill_dark="var(--surface)",
        input_border_color="var(--line)",
        input_border_color_dark="var(--line)",
        input_placeholder_color="var(--quiet)",
        input_placeholder_color_dark="var(--quiet)",
        link_text_color="var(--accent)",
        link_text_color_dark="var(--accent)",
    )
