"""The demo square: invented people, real announcements, drawn pictures (sources: data/README.md)."""
