"""Control flow graphs as text: the files in test-data/cfg, and what the lowering gives for them."""
