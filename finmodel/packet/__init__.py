"""The negotiation packet: what it says and how it looks, on paper, in a live workbook and on slides; no arithmetic of its own."""
