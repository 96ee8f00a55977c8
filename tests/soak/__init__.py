"""`python3 dev soak`: one fault after the other on a whole installation under load, and what each of them cost."""
