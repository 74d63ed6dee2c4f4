"""Learning renewal risk from outcomes: pure statistics over a frame of rows; nothing here reads a table or a clock."""
