"""What is done with reviews: series, opening by the sweep, the meeting, its end, decisions and what came of them."""
