"""Open a page in the browser, for report and review."""


def open_browser(address: str) -> bool:
    """Open a browser that has a window of its own; one in the terminal would take it over.

    Returns:
        Whether there was one to open.
    """
    import webbrowser

    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    own = not isinstance(browser, webbrowser.GenericBrowser)
    if own or isinstance(browser, webbrowser.BackgroundBrowser):
        return bool(browser.open(address))
    return False
