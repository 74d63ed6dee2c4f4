"""Why an account is not in a list: which account is meant, and what each list answers."""
