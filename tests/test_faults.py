"""PostgreSQL and Redis are killed while people write: nothing that was acknowledged is lost, nothing hangs.

The servers are real and durable (those of the other tests forgo fsync), the processes are those of the
Procfile, and people come in by HTTP.
"""

import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urlsplit

import psutil
import pytest
import redis

from config import services
from tests.conftest import Square, start_square, stop_square, wait_for
from tests.factories.coop import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

WRITERS = 8
POSTS = 200
LONGEST_ANSWER = 5.0
"""Seconds. Nobody waits longer for a page, whatever has fallen."""
OUTAGE = 1.0
"""Seconds during which the killed server stays down."""
SOON = 30.0

PEOPLE = """
from coop.models import ParameterValue
from tests.factories.coop import make_account
from tests.factories.feeds import make_follow
people = [make_account(f"plume{number}") for number in range(WRITERS)]
reader = make_account("lectrice")
for person in people:
    make_follow(reader, person)
"""


# -------------------------------------------------------------------------------------------------
# A whole square on durable servers


@dataclass
class Ground:
    """A running square and the servers under it."""

    instance: services.Instance
    square: Square

    def kill_postgres(self) -> None:
        """SIGKILL: it finishes nothing, and its sessions end with it."""
        main = psutil.Process(services.postgres_pid(self.instance) or 0)
        everyone = [main, *main.children(recursive=True)]
        main.kill()
        psutil.wait_procs(everyone, 10)

    def kill_redis(self) -> None:
        main = psutil.Process(services.redis_pid(self.instance) or 0)
        main.kill()
        psutil.wait_procs([main], 10)

    def restart(self) -> None:
        services.start(self.instance)

    def processes(self) -> dict[str, list[int]]:
        """The numbers of the processes of the square, workers of the web server included."""
        return {
            name: [process.pid, *(child.pid for child in psutil.Process(process.pid).children())]
            for name, process in self.square.processes.items()
        }

    def texts(self) -> Counter[str]:
        """How many times each text is in the database."""
        with (
            contextlib.closing(
                services.connect(self.instance, database=services.DATABASE_NAME)
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT text FROM feeds_post")
            return Counter(text for (text,) in cursor.fetchall())


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    instance = services.ephemeral(durable=True)
    folder = tmp_path_factory.mktemp("faults")
    settings = {
        "PARVIS_VAR": str(instance.root),
        "DATABASE_URL": instance.database_url(),
        "REDIS_URL": instance.redis_url(),
        "CACHE_URL": instance.redis_url(1),
        "MEDIA_ROOT": str(instance.root / "media"),
    }
    try:
        for command in (
            ["migrate", "--verbosity=0"],
            ["shell", "--no-imports", "-c", PEOPLE.replace("WRITERS", str(WRITERS))],
        ):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=services.BASE_DIR,
                env={**os.environ, **settings},
                check=True,
            )
        square = start_square(folder / "square", **settings)
        try:
            wait_for(f"{square.url}/sante/pret", square)
            yield Ground(instance, square)
        finally:
            stop_square(square)
    finally:
        services.destroy(instance)


# -------------------------------------------------------------------------------------------------
# People


@dataclass
class Answer:
    """What came back, and after how long."""

    status: int
    location: str
    body: str
    seconds: float


@dataclass
class Person:
    """Someone with a browser that has no scripts: cookies, forms, nothing else."""

    base: str
    handle: str
    cookies: dict[str, str] = field(default_factory=dict)
    proof: str = ""

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        """One request on a connection of its own. Hanging for ten seconds raises."""
        began = time.monotonic()
        connection = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=10)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({"csrfmiddlewaretoken": self.proof, **fields})
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        found = re.search(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"', text)
        self.proof = unescape(found[1]) if found else self.proof
        return Answer(response.status, response.headers.get("Location", ""), text, time.monotonic() - began)

    def come_in(self) -> None:
        self.ask("GET", "/compte/entrer")
        answer = self.ask(
            "POST", "/compte/entrer", {"login": f"{self.handle}@exemple.test", "password": PASSWORD}
        )
        assert answer.status == 302, answer.body
        assert self.ask("GET", "/publier").status == 200

    def publish(self, text: str) -> Answer:
        return self.ask(
            "POST",
            "/publier",
            {"text": text, "visibility": "0", "nonce": uuid.uuid4().hex, "reply_control": "0"},
        )

    def is_acknowledged(self, answer: Answer) -> bool:
        """Sent on to the page of the new post: that is the promise."""
        return answer.status in {302, 303} and re.match(rf"/@{self.handle}/\d+", answer.location) is not None


@dataclass
class Telling:
    """What was told to those who published, as it came."""

    acknowledged: list[str] = field(default_factory=list)
    refused: list[tuple[str, Answer]] = field(default_factory=list)
    slowest: float = 0.0

    def add(self, person: Person, text: str, answer: Answer) -> bool:
        self.slowest = max(self.slowest, answer.seconds)
        if person.is_acknowledged(answer):
            self.acknowledged.append(text)
            return True
        self.refused.append((text, answer))
        return False


def write(people: list[Person], telling: Telling, *, label: str) -> list[threading.Thread]:
    """Everyone publishes until their share is acknowledged; after a refusal one waits a little."""

    def one(person: Person) -> None:
        done = tried = 0
        while done < POSTS // len(people):
            tried += 1
            text = f"{label} {person.handle} {tried}"
            if telling.add(person, text, person.publish(text)):
                done += 1
            else:
                time.sleep(0.2)

    threads = [threading.Thread(target=one, args=(person,), daemon=True) for person in people]
    for thread in threads:
        thread.start()
    return threads


def until(is_true: Callable[[], bool], what: str, seconds: float = SOON) -> float:
    """Wait for something; gives how long it took."""
    began = time.monotonic()
    while not is_true():
        assert time.monotonic() - began < seconds, what
        time.sleep(0.05)
    return time.monotonic() - began


@pytest.fixture
def people(ground: Ground) -> list[Person]:
    """Eight people who have come in, whom the limits of earlier tests do not hold back."""
    with redis.Redis.from_url(ground.instance.redis_url(1)) as cache:
        cache.flushdb()
    everyone = [Person(ground.square.url, f"plume{number}") for number in range(WRITERS)]
    for person in everyone:
        person.come_in()
    return everyone


class Page:
    """An open page's socket: the frames it hears, as text (RFC 6455)."""

    def __init__(self, square: Square, person: Person) -> None:
        where = urlsplit(square.live_url)
        self.heard: list[dict[str, str]] = []
        self.socket = socket.create_connection((where.hostname or "", where.port or 0), timeout=10)
        cookies = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
        self.socket.sendall(
            (
                f"GET /direct?sujet=home HTTP/1.1\r\nHost: {where.netloc}\r\nOrigin: {square.url}\r\n"
                f"Cookie: {cookies}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ).encode()
        )
        self.stream = self.socket.makefile("rb")
        assert b" 101 " in self.stream.readline()
        while self.stream.readline().strip():
            pass
        self.socket.settimeout(None)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            while True:
                head = self.stream.read(2)
                body = self.stream.read(head[1] & 0x7F)
                if head[0] == 0x81:
                    self.heard.append(json.loads(body))
                elif head[0] == 0x89:  # « are you there? »
                    self.socket.sendall(bytes([0x8A, 0x80 | len(body), 0, 0, 0, 0]) + body)

    def has_heard(self, kind: str, since: int = 0) -> bool:
        return any(message["type"] == kind for message in self.heard[since:])

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


@pytest.fixture
def page(ground: Ground) -> Iterator[Page]:
    """The open home page of someone who follows all who write."""
    reader = Person(ground.square.url, "lectrice")
    reader.come_in()
    opened = Page(ground.square, reader)
    yield opened
    opened.close()


def join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(SOON)
        assert not thread.is_alive(), "someone still waits"


def check_kept(ground: Ground, telling: Telling) -> None:
    """Acknowledged: there, once. Refused: there once at most (the answer may be what was lost)."""
    kept = ground.texts()
    assert {text: kept[text] for text in telling.acknowledged if kept[text] != 1} == {}
    assert {text: kept[text] for text, _answer in telling.refused if kept[text] > 1} == {}


def check_refusals(telling: Telling) -> None:
    """Whoever is refused reads, in French, that the fault is ours and what became of their words."""
    for _text, answer in telling.refused:
        assert answer.status == 503
        assert 'lang="fr-CA"' in answer.body and "C’est notre faute, pas la tienne." in answer.body
        assert "Traceback" not in answer.body
    assert telling.slowest < LONGEST_ANSWER


# -------------------------------------------------------------------------------------------------
# What falls


def test_postgresql_is_killed_while_people_publish(ground, people, page):
    """It falls twice: for a second, then just long enough to start again."""
    before = ground.processes()
    visitor = Person(ground.square.url, "")
    assert visitor.ask("GET", "/public").status == 200  # this worker has prepared its statements
    telling = Telling()
    threads = write(people, telling, label="tempête")
    for share, outage in ((0.2, OUTAGE), (0.5, 0.0)):
        until(lambda share=share: len(telling.acknowledged) > share * POSTS, "nobody can publish")
        ground.kill_postgres()
        time.sleep(outage)
        ground.restart()
    join(threads)

    assert len(telling.acknowledged) == POSTS
    assert telling.refused, "the server was never missed: this test proved nothing"
    check_refusals(telling)
    check_kept(ground, telling)

    assert visitor.ask("GET", "/public").status == 200
    for person in people:
        assert person.ask("GET", "/").status == 200
    heard = len(page.heard)
    assert people[0].is_acknowledged(people[0].publish("après la tempête"))
    until(lambda: page.has_heard("new", heard), "open pages hear nothing any more")
    until(lambda: visitor.ask("GET", "/sante/pret").status == 200, "not ready")
    assert ground.processes() == before


def test_first_to_come_back_is_a_visitor(ground):
    """The first statement on a dead connection may be one that it had prepared: it is prepared again."""
    visitor = Person(ground.square.url, "")
    assert visitor.ask("GET", "/public").status == 200
    ground.kill_postgres()
    assert visitor.ask("GET", "/public").status == 503
    ground.restart()
    assert visitor.ask("GET", "/public").status == 200
    ground.kill_postgres()
    ground.restart()
    assert visitor.ask("GET", "/public").status == 200


def test_redis_is_killed_while_people_publish(ground, people, page):
    """Nobody who writes or reads notices; open pages look for themselves once it is back."""
    before = ground.processes()
    telling = Telling()
    threads = write(people, telling, label="silence")
    until(lambda: len(telling.acknowledged) > POSTS / 4, "nobody could publish")
    ground.kill_redis()
    answers = [person.ask("GET", path) for person in people for path in ("/", "/avis")]
    published = len(telling.acknowledged)
    until(lambda: len(telling.acknowledged) > published + 10, "nobody publishes without Redis")
    heard = len(page.heard)
    ground.restart()
    until(lambda: page.has_heard("resync", heard), "open pages were not told to look for themselves")
    join(threads)

    assert {answer.status for answer in answers} == {200}
    assert max(answer.seconds for answer in answers) < LONGEST_ANSWER
    assert telling.refused == []
    assert telling.slowest < LONGEST_ANSWER
    assert len(telling.acknowledged) == POSTS
    check_kept(ground, telling)

    heard = len(page.heard)
    assert people[0].is_acknowledged(people[0].publish("après le silence"))
    until(lambda: page.has_heard("new", heard), "open pages hear nothing any more")
    until(lambda: people[0].ask("GET", "/sante/pret").status == 200, "the worker did not come back")
    assert ground.processes() == before
