"""`python3 dev guards`: each guard taken away in a copy of the tree, and the tests that have to notice."""
