"""Who may use the server, and how much: keys, the chat's login, limits, the audit log."""
