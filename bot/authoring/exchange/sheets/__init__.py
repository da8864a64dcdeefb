"""Tips and referrals as rows, for people who live in spreadsheets: out and in again without loss."""
