"""The only writers of this app's tables; each action is one transaction with by= and now=."""
