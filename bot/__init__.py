"""Constellation: an anonymous chatbot whose every word is written by its community."""
