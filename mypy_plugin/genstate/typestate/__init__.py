"""The states of generators: the contract as a table, and the flow of states through a function."""
