"""What a contract is made of and how it changes: line states, ramps, amendments, ARR by date, stubs and successors.

Pure rules over the facts of `renewals.core.terms` and the rows of `renewals.core.records`; they know no database.
"""
