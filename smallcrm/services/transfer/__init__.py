"""Import and export: read, recognise, map, clean, plan, apply; write."""
