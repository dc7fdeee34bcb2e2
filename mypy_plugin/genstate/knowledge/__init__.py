"""What genstate knows of libraries, as tables. A library is added by adding rows and a case."""
