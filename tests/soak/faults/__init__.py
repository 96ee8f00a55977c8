"""The faults, by family: each says what is injected, and counts what took effect."""
