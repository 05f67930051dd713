"""The migrations of the tables; `mock_oms.store.sql.schema` applies them."""
