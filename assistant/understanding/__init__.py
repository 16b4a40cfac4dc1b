"""What a question asks for: its shape, its terms, its time span, and what it refers back to."""
