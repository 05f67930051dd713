"""The store in memory, the default; its state ends with the process."""

from mock_oms.store.memory.store import MemoryStore
from mock_oms.store.memory.transaction import MemoryTransaction

__all__ = ["MemoryStore", "MemoryTransaction"]
