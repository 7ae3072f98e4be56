"""The import of the work with people and companies: deals, tickets and activities."""
