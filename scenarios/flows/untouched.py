"""Reasons for documented requirements that no flow covers."""

from __future__ import annotations

from collections.abc import Mapping

STATEMENTS: Mapping[str, str] = {
    "PAS-DOC-05": "no parameter chooses the paper, so a flow cannot ask for either",
}
"""Id of the requirement -> reason why no flow proves the requirement."""
