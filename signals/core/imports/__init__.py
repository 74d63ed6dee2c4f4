"""The kinds of files that become signals: signals themselves, invoices and tickets."""
