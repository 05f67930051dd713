"""A second OMS, written from the fact sheet without mock code.

It is right in everything that Fynd documents. Each point that nobody documents is a field of `Choices`, each
entry of `DEFECTS` breaks one documented statement.
"""

from tests.support.other_oms.choices import ALTERNATIVES, Choices
from tests.support.other_oms.defects import DEFECTS
from tests.support.other_oms.web import OtherOms

__all__ = ["ALTERNATIVES", "DEFECTS", "Choices", "OtherOms"]
