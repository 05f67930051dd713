"""How the tables came to be what they are, step by step; `mock_oms.store.sql.schema` applies them."""
