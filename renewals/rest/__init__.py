"""How every API of the project answers: keys and scopes, problems, pages, repeatable writes. It knows no noun."""
