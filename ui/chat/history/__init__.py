"""Conversations that stay: kept after each answer, opened again, linked to, judged."""
