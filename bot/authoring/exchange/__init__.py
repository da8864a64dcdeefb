"""Tips and referrals out of the pack and in again: spreadsheets, and HSDS for directories."""
