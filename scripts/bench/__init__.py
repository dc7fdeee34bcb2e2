"""What the plugin costs: mypy with and without it, on real packages and on programs that grow."""
