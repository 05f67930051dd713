"""Facts about the Fynd Konnect API, each with its evidence."""
