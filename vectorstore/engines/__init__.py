"""Where many texts are encoded: in this process, or by the workers of a Ray cluster."""
