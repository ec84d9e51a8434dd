"""A large plausible square, loaded in bulk: Zipf authors, 20 % replies, 10 % boosts, one year.

    python -m bench.seed --accounts 5000 --posts 500000 --follows 300000

Rows are streamed to COPY with their indexes dropped; search vectors are made by PostgreSQL from texts whose
words were normalised as the application does. Deterministic: the same sizes give the same square."""

from __future__ import annotations

import argparse
import io
import itertools
import random
import time
from bisect import bisect
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bench.ground import standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

END = datetime(2026, 11, 20, tzinfo=UTC)
SPAN = timedelta(days=365)
ZIPF = 0.9
LINES_A_COPY = 20_000

SUBJECTS = """la coopérative|le conseil de quartier|la bibliothèque|notre garderie|le théâtre|la fanfare|le marché
la patinoire|l’assemblée|le festival|la MRC|la caisse|le traversier|l’école|la ruelle verte
la friperie|le club de ski|la radio communautaire|le musée|la chorale|l’atelier de vélo
le jardin collectif""".replace("\n", "|").split("|")
VERBS = """ouvre ses portes|cherche des bénévoles|tient une réunion|fête ses vingt ans|change d’horaire
déménage|publie son bilan|annonce sa saison|propose un atelier|invite tout le monde
demande votre avis|remercie les voisins|répare le chauffage|prépare l’hiver|lance un sondage
reçoit une conteuse|cherche un local""".replace("\n", "|").split("|")
PLACES = """à Rimouski|à Saguenay|à Québec|à Trois-Rivières|à Sherbrooke|à Montréal|à Gatineau|à Rouyn-Noranda
à Sept-Îles|à Chibougamau|à Gaspé|à Lévis|à Laval|à Joliette|à Saint-Jérôme|à Longueuil
à Drummondville|aux Îles-de-la-Madeleine|à Baie-Saint-Paul|à Matane""".replace("\n", "|").split("|")
ENDS = """Bienvenue aux familles.|On vous attend en grand nombre!|Inscription sur place.|C’est gratuit.
Apportez vos bottes.|Qui vient avec moi?|Plus de détails demain.|Merci de partager.
Les travailleuses et les travailleurs sont invités.|Il reste quelques places.|Ça commence à 19 h.
Repas partagé après.""".replace("\n", "|").split("|")
TAGS = ["Culture", "Hiver", "Transport", "Bénévolat", "Théâtre", "Musique", "Patinoire", "Agriculture"]
BOOSTS, ANSWERS, TAGGED = 0.1, 0.2, 0.15
ANSWERABLE = 400


class Zipf:
    """Draws numbers from 0 to n - 1, small ones far more often, by a power law."""

    def __init__(self, n: int, exponent: float = ZIPF) -> None:
        self.weights = list(itertools.accumulate(1 / (rank + 1) ** exponent for rank in range(n)))

    def draw(self, rng: random.Random) -> int:
        return bisect(self.weights, rng.random() * self.weights[-1])


def copy(cursor: Any, table: str, columns: str, rows: Iterable[Iterable[Any]]) -> int:
    """Stream rows to COPY; None is NULL. Texts hold no tab, newline or backslash. Returns how many rows."""
    sql = f"COPY {table} ({columns}) FROM STDIN"
    total = 0
    lines = ("\t".join("\\N" if v is None else str(v) for v in row) for row in rows)
    while block := list(itertools.islice(lines, LINES_A_COPY)):
        cursor.copy_expert(sql, io.StringIO("\n".join(block) + "\n"))
        total += len(block)
    return total


def clear(cursor: Any) -> None:
    """Empty every table that the seed fills."""
    cursor.execute("TRUNCATE coop_account, coop_actor, feeds_tag CASCADE")


def seed(*, accounts: int, posts: int, follows: int, seed: int = 1) -> dict[str, float]:
    """Replace what is in the bench database; returns sizes and seconds."""
    from django.db import connection  # noqa: PLC0415 -- after django.setup()

    started = time.perf_counter()
    rng = random.Random(seed)
    connection.ensure_connection()
    cursor = connection.cursor()
    cursor.execute(
        "SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET statement_timeout = 0"
    )
    clear(cursor)
    load_regions(cursor)
    load_people(cursor, rng, accounts)
    load_follows(cursor, rng, accounts, follows)
    indexes = drop_indexes(cursor, ("feeds_post", "feeds_taggedpost", "feeds_postsearch"))
    load_posts(cursor, rng, accounts, posts)
    for statement in indexes:
        cursor.execute(statement)
    cursor.execute(
        "INSERT INTO feeds_actoractivity (actor_id, last_post_id, posts_count) "
        "SELECT author_id, max(id), count(*) FROM feeds_post GROUP BY author_id"
    )
    cursor.execute("VACUUM (ANALYZE)")
    return {
        "accounts": accounts,
        "posts": posts,
        "follows": follows,
        "seconds": time.perf_counter() - started,
    }


def load_regions(cursor: Any) -> None:
    for code in range(1, 18):
        cursor.execute(
            "INSERT INTO coop_region (code, name, slug) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [f"{code:02d}", f"Région {code:02d}", f"region-{code:02d}"],
        )


def load_people(cursor: Any, rng: random.Random, accounts: int) -> None:
    from django.utils import timezone  # noqa: PLC0415 -- after django.setup()

    now = timezone.now().isoformat()
    copy(
        cursor,
        "coop_actor",
        "id, kind, handle, display_name, summary, region_id, avatar, avatar_alt, approves_followers, "
        "is_discoverable, is_indexable, shows_follows, created_at",
        (
            (n, "person", f"voix{n}", f"Voix {n}", "Je parle du quartier.", f"{rng.randrange(17) + 1:02d}", "", "",
             "f", "t", "f", "f", now)
            for n in range(1, accounts + 1)
        ),
    )  # fmt: skip
    copy(
        cursor,
        "coop_account",
        "id, password, email, actor_id, is_active, is_of_age, language, theme, created_at",
        ((n, "!", f"voix{n}@exemple.test", n, "t", "t", "fr", "system", now) for n in range(1, accounts + 1)),
    )
    copy(
        cursor,
        "coop_preferences",
        "account_id, default_audience, mail_frequency, uses_interests, digest_sent_up_to_id",
        ((n, 0, "never", "f", 0) for n in range(1, accounts + 1)),
    )
    for table in ("coop_actor", "coop_account"):
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [accounts])


def load_follows(cursor: Any, rng: random.Random, accounts: int, follows: int) -> None:
    """Viewers 1–3 follow 200, 1,000 and 5,000 voices (as many as there are); the rest is drawn, popular
    ones more.
    """
    chosen: set[tuple[int, int]] = set()
    for viewer, wanted in ((1, 50), (2, 200), (3, 1_000), (4, 5_000)):
        others = [n for n in range(1, accounts + 1) if n != viewer]
        chosen.update((viewer, n) for n in rng.sample(others, min(wanted, len(others))))
    popular = Zipf(accounts)
    while len(chosen) < follows:
        pair = (rng.randrange(accounts) + 1, popular.draw(rng) + 1)
        if pair[0] != pair[1]:
            chosen.add(pair)
    moment = (END - SPAN).isoformat()
    copy(
        cursor,
        "feeds_follow",
        "follower_id, followed_id, shows_boosts, created_at, accepted_at",
        ((a, b, "t", moment, moment) for a, b in sorted(chosen)),
    )


def drop_indexes(cursor: Any, tables: tuple[str, ...]) -> list[str]:
    """Drop the plain indexes of these tables; returns the statements that make them again."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes i WHERE tablename = ANY(%s) AND NOT EXISTS ("
        "SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)",
        [list(tables)],
    )
    rows = [row for row in cursor.fetchall() if " UNIQUE " not in row[1]]
    for name, _definition in rows:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in rows]


def load_posts(cursor: Any, rng: random.Random, accounts: int, posts: int) -> None:
    """Posts in the order of time, through one staging table, so that vectors and tags are made from the
    same texts.
    """
    from feeds import snowflake  # noqa: PLC0415 -- after django.setup()
    from feeds.french import normalise  # noqa: PLC0415 -- as above

    parts = {part: normalise(part) for part in (*SUBJECTS, *VERBS, *PLACES, *ENDS, *TAGS)}
    authors = list(range(1, accounts + 1))
    rng.shuffle(authors)
    zipf = Zipf(accounts)
    first = snowflake.at(END - SPAN)
    step = ((snowflake.at(END) - first) >> snowflake.SEQUENCE_BITS) / posts
    recent: list[tuple[int, int, int]] = []  # (id, author, root) of what can be answered or passed on

    boosted: set[tuple[int, int]] = set()

    def rows() -> Iterator[tuple[Any, ...]]:
        for n in range(posts):
            ident = first + (int(n * step) << snowflake.SEQUENCE_BITS) + (n & 0xFF)
            author = authors[zipf.draw(rng)]
            region = f"{author % 17 + 1:02d}"
            kind = rng.random()
            if kind < BOOSTS and recent:
                original = rng.choice(recent)
                if (author, original[0]) not in boosted:
                    boosted.add((author, original[0]))
                    yield (ident, author, original[0], None, None, None, region, 0, "", "", "", None)
                    continue
            picks = [rng.choice(SUBJECTS), rng.choice(VERBS), rng.choice(PLACES), rng.choice(ENDS)]
            text = f"{picks[0].capitalize()} {picks[1]} {picks[2]}. {picks[3]}"
            html = f"<p>{text}</p>"
            words = " ".join(parts[pick] for pick in picks)
            tag = None
            if rng.random() < TAGGED:
                tag = rng.randrange(len(TAGS)) + 1
                text = f"{text} #{TAGS[tag - 1]}"
                words = f"{words} {parts[TAGS[tag - 1]]}"
            visibility = rng.choices((0, 1, 3), (80, 10, 10))[0]
            parent = rng.choice(recent) if recent and kind < BOOSTS + ANSWERS else None
            if parent:
                yield (
                    ident,
                    author,
                    None,
                    parent[0],
                    parent[1],
                    parent[2],
                    region,
                    visibility,
                    text,
                    html,
                    words,
                    tag,
                )
            else:
                yield (ident, author, None, None, None, None, region, visibility, text, html, words, tag)
            recent.append((ident, author, parent[2] if parent else ident))
            if len(recent) > ANSWERABLE:
                del recent[: ANSWERABLE // 2]

    cursor.execute(
        "CREATE TEMP TABLE staged (id bigint, author_id bigint, boost_of_id bigint, in_reply_to_id bigint, "
        "in_reply_to_author_id bigint, thread_root_id bigint, region_id text, visibility smallint, text text, "
        "html text, words text, tag bigint)"
    )
    copy(cursor, "staged", "id, author_id, boost_of_id, in_reply_to_id, in_reply_to_author_id, thread_root_id, "
         "region_id, visibility, text, html, words, tag", rows())  # fmt: skip
    cursor.execute(
        "INSERT INTO feeds_post (id, author_id, boost_of_id, in_reply_to_id, in_reply_to_author_id, thread_root_id, "
        "region_id, visibility, reply_control, text, html, content_warning, is_sensitive, has_media, has_poll, language) "
        "SELECT id, author_id, boost_of_id, in_reply_to_id, in_reply_to_author_id, thread_root_id, region_id, "
        "visibility, 0, text, html, '', false, false, false, 'fr' FROM staged ORDER BY id"
    )
    for number, name in enumerate(TAGS, 1):
        cursor.execute(
            "INSERT INTO feeds_tag (id, name, slug) VALUES (%s, %s, %s)", [number, name, f"mot-{number}"]
        )
    cursor.execute(
        "INSERT INTO feeds_taggedpost (post_id, tag_id) SELECT id, tag FROM staged WHERE tag IS NOT NULL"
    )
    cursor.execute(
        "INSERT INTO feeds_postsearch (post_id, vector) "
        "SELECT id, to_tsvector('parvis_fr', words) FROM staged WHERE boost_of_id IS NULL"
    )
    cursor.execute(
        "INSERT INTO feeds_poststats (post_id, replies, boosts, favourites) "
        "SELECT coalesce(in_reply_to_id, boost_of_id), count(in_reply_to_id), count(boost_of_id), 0 "
        "FROM staged WHERE in_reply_to_id IS NOT NULL OR boost_of_id IS NOT NULL GROUP BY 1"
    )
    cursor.execute("DROP TABLE staged")


def main() -> None:
    """Seed the bench database from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=5_000)
    parser.add_argument("--posts", type=int, default=500_000)
    parser.add_argument("--follows", type=int, default=300_000)
    arguments = parser.parse_args()
    with standing():
        result = seed(accounts=arguments.accounts, posts=arguments.posts, follows=arguments.follows)
    print(f"{result['posts']:,} posts in {result['seconds']:.0f} s")


if __name__ == "__main__":
    main()
