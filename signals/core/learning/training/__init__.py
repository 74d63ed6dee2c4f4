"""One training run: held-out predictions, figures, a verdict, and the model that may go into force."""
