"""Commands of the pages: edges that read the clock, ask the queries and print."""
