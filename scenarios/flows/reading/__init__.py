"""Reading: pages, dates, filters, and one shipment seen in several ways."""

from __future__ import annotations

from scenarios.flows.reading import dates, filters, pages, views
from scenarios.language.flow import Flow

FLOWS: tuple[Flow, ...] = (*pages.FLOWS, *dates.FLOWS, *filters.FLOWS, *views.FLOWS, dates.INDIAN_TIME)
