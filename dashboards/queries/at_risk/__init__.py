"""ARR at risk: which open renewals a person sees under which filters, their sums, and their list."""
