"""The store in memory: gone when its process ends, and of one process only. The fastest, and the default."""

from mock_oms.store.memory.store import MemoryStore
from mock_oms.store.memory.transaction import MemoryTransaction

__all__ = ["MemoryStore", "MemoryTransaction"]
