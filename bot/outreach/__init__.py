"""What is handed out: links, QR codes, cards, posters, sheets and papers."""
