"""Names of the tenant that every new server has."""

DEFAULT_TENANT = "default"
"""Also the username and password of its company, which are no secret."""
DEFAULT_LOCATIONS = ("STORE-1", "STORE-2")
"""Location codes; each is also its username and password."""
