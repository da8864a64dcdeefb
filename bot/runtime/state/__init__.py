"""What a running bot keeps for a while: sessions, pacing, flood counts, timers."""
