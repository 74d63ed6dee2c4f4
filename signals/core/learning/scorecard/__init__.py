"""The transparent learner: a sum of log-odds that starts at the expert's opinion and moves as far as outcomes say."""
