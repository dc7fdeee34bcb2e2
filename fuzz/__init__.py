"""The differential test: random programs, run on CPython and compared with what genstate says."""
