"""What other tools report on the example of each rule, as the table in README.md."""
