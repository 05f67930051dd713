"""Generated parts of the documentation: tables and diagrams."""
