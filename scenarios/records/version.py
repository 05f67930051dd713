"""The version that a run records."""

from importlib import metadata

DISTRIBUTION = "mock-oms"


def version() -> str:
    """Return the version of the installed package, or `unknown`."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "unknown"
