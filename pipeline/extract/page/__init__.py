"""The text of a scraped page: its lines, each with the role it has there."""
