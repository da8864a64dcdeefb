"""Pseudonyms, sealing, session stores, silence in the logs, hardening. Imports no other room."""
