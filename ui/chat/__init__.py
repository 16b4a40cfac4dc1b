"""The chat page: ask, read the answer, see the words it stands on."""
