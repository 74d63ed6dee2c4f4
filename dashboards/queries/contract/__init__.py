"""The page of one contract: what it says on a day, its versions, amendments, documents and merge plans."""
