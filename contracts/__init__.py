"""What is true of the Fynd Konnect API: shapes, lifecycle, error codes, and how sure we are of each."""
