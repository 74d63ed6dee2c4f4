"""Negotiation: options side by side, questions with recorded answers, what is given for what, who gets the credit."""
