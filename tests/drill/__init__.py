"""The failure drill: runs that are killed, starved and misled, and what must hold afterwards."""
