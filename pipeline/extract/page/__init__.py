"""The text of a scraped page: its lines told apart by what they are."""
