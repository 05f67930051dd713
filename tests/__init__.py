"""Claims about the contract and the mock, and what the tests share."""
