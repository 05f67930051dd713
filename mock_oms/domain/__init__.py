"""Values that every other room uses: shipment, tenant, users, journal entry, catalogue."""
