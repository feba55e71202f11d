"""The intake of waybill statuses (513) and of lists of arrivals (711)."""
