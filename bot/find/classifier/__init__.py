"""The topic classifier, fitted from the phrases: which topic a sentence speaks of, or that it is nothing for this bot."""
