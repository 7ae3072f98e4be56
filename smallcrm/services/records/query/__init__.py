"""The language of filters and sort orders: text -> tree -> checks on fields -> Python or SQL, with the same answer."""
