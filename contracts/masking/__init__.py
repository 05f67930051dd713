"""Masking of secrets in journals, answers, errors, records of runs and terminals.

Two ways, used together: every value under the name of a secret is masked, and a value known to be secret is
masked wherever it appears: plain, in hex, UTF-16 or base64 (also twice, also in lines), and escaped for JSON,
URLs, HTML or logs, also several times.
"""

from contracts.masking.known import Secrets, mask_text
from contracts.masking.names import CACHED_MAX, MASK, cached_if_short, is_secret_name, mask_value

__all__ = ["CACHED_MAX", "MASK", "Secrets", "cached_if_short", "is_secret_name", "mask_text", "mask_value"]
