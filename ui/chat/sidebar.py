"""What the sidebar says about the library."""

from ui.chat.features import Features
from ui.chat.resources import static_text
from vectorstore import LibraryStatus

_VIEWS = {
    "chat": "Ask",
    "papers": "Papers",
    "writing": "Write",
    "adding": "Add papers",
    "settings": "Settings",
}


def brand_html(status: LibraryStatus) -> str:
    """Return the name of the program over the facts of the library."""
    return f'<h1 class="brand">Citewise</h1><p class="facts">{library_facts(status)}</p>'


def library_facts(status: LibraryStatus) -> str:
    """Return a line such as "43 papers · 2020–2026"."""
    papers = "1 paper" if status.n_papers == 1 else f"{status.n_papers:,} papers"
    if status.year_range is None:
        return papers
    first, last = status.year_range
    return f"{papers} · {first}" if first == last else f"{papers} · {first}–{last}"


def navigation_html(features: Features) -> str:
    """Return a button a view; `static/script/10_views.js` shows the view of the one clicked."""
    buttons = "".join(
        f'<button type="button" data-show-view="{view}">{label}</button>'
        for view, label in _VIEWS.items()
        if view != "adding" or features.allow_upload
    )
    return f'<nav aria-label="Views">{buttons}</nav>'


def footer_html(features: Features) -> str:
    """Return what stands at the foot of the sidebar."""
    sign_out = '<a class="sign-out" href="/logout">Sign out</a>' if features.has_login else ""
    return static_text("sidebar_footer.html") + sign_out
