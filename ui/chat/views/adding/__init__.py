"""The Add papers view: files and pasted text into the library, and back out."""
