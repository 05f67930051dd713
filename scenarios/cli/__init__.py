"""The command `oms-scenarios` and its subcommands."""
