"""Reading imported files in a child process, and what the pages need to know of imports."""
