"""Full flows of Pick-At-Store orders and returns, run against any target."""
