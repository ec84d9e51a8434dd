"""The demo square: invented people, real announcements, drawn pictures. See data/README.md for the sources."""
