"""Words and shapes of the pages: amounts, dates, scores and bars as a person reads them. Decides nothing."""
