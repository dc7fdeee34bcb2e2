"""The documentation site: what is made from the code, and put beside the pages in `docs/`."""
