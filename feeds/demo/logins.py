"""The six ways into the demo, one per role; printed by `make run` and listed in the README."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "bonjour-le-parvis"  # noqa: S105 -- public on purpose: it opens invented accounts on a demo machine
DOMAIN = "parvis.example"


@dataclass(frozen=True, slots=True)
class Login:
    """An invented person whom a visitor may be."""

    role: str
    email: str
    handle: str


LOGINS = (
    Login("citoyenne, Montréal", f"citoyenne@{DOMAIN}", "maude_archambault"),
    Login("citoyen en région, Gaspésie", f"citoyen@{DOMAIN}", "rejean_bujold"),
    Login("organisatrice culturelle, Rimouski", f"organisatrice@{DOMAIN}", "annick_desrosiers"),
    Login("animateur de groupe, Sherbrooke", f"animateur@{DOMAIN}", "karim_benali"),
    Login("secrétaire de la coopérative, Québec", f"secretaire@{DOMAIN}", "louise_tessier"),
    Login("intendante de la fiducie, Gatineau", f"intendante@{DOMAIN}", "solange_mukeba"),
)
