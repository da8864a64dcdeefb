"""Referrals out to other directories and in again, in HSDS 3.0 (Open Referral). `docs/hsds.md` says which field becomes which."""
