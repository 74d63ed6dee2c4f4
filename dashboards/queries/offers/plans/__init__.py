"""What the pages of offer plans show."""
