"""What the home page counts and shows: lines that lead to the list of their rows, what is first, own figures."""
