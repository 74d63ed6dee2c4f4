"""From columns to terms of a sum, learnt on the training rows alone and without a look at the outcomes."""
