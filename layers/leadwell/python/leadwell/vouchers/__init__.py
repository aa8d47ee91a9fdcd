"""Voucher codes: uploaded into pools, handed out once each by journeys (``journeys/stock.py``), and looked up."""
