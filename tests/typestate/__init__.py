"""The typestate engine on graphs and stores that are made by hand: no mypy in sight."""
