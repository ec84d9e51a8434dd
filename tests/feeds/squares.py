"""Random small squares for the tests of visibility, and an oracle that reads the rule as it is said."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st

from coop.models import Account, Actor, Delegate
from feeds.models import GroupMembership, Post, Visibility
from tests.factories.coop import make_account, make_notification, make_organisation, make_region
from tests.factories.feeds import (
    make_block,
    make_bookmark,
    make_boost,
    make_draft,
    make_favourite,
    make_follow,
    make_followed_tag,
    make_group,
    make_group_membership,
    make_list,
    make_post,
    make_revision,
)

PEOPLE = 5
ORGANISATION = PEOPLE  # its index among the actors
ACTORS = PEOPLE + 1
GROUPS = 2
WORD = "carrefour"

# -------------------------------------------------------------------------------------------------
# The square, as drawn


@dataclass
class Line:
    """One drawn row: a post, an answer, or a boost of `boost_of`."""

    author: int
    visibility: int
    group: int | None = None
    in_reply_to: int | None = None
    boost_of: int | None = None
    boost_visibility: int | None = None
    mentions: frozenset[int] = frozenset()
    is_deleted: bool = False


@dataclass
class Plan:
    """A square: who follows, blocks, belongs and speaks for whom, and what was said."""

    follows: dict[tuple[int, int], bool]
    blocks: set[tuple[int, int]]
    members: dict[tuple[int, int], str]
    delegates: dict[int, bool]
    suspended: set[int]
    gone: set[int]
    lines: list[Line] = field(default_factory=list)


def readable(plan: Plan, reader: int | None, line: Line, visibility: int) -> bool:
    """The sentence of the rule, for one row with this audience."""
    if line.is_deleted or line.author in plan.suspended | plan.gone:
        return False
    if reader is None:
        return visibility == Visibility.PUBLIC
    if {(reader, line.author), (line.author, reader)} & plan.blocks:
        return False
    speaks_for = reader == line.author or (line.author == ORGANISATION and plan.delegates.get(reader) is True)
    mentioned = reader in line.mentions
    audience = {
        Visibility.PUBLIC: True,
        Visibility.MEMBERS: True,
        Visibility.GROUP: plan.members.get((line.group, reader)) in {"member", "moderator"},
        Visibility.FOLLOWERS: mentioned or plan.follows.get((reader, line.author)) is True,
        Visibility.MENTIONED: mentioned,
    }
    return speaks_for or audience[visibility]


def shows(plan: Plan, reader: int | None, number: int) -> bool:
    """A post, or a boost whose original is readable too."""
    line = plan.lines[number]
    if line.boost_of is None:
        return readable(plan, reader, line, line.visibility)
    original = plan.lines[line.boost_of]
    return readable(plan, reader, line, line.boost_visibility) and readable(
        plan, reader, original, original.visibility
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a square of five people, an organisation and two groups."""
    people = st.integers(0, PEOPLE - 1)
    actors = st.integers(0, ACTORS - 1)
    pairs = st.tuples(people, actors).filter(lambda pair: pair[0] != pair[1])
    plan = Plan(
        follows=draw(st.dictionaries(pairs, st.booleans(), max_size=12)),
        blocks=draw(st.sets(pairs, max_size=3)),
        members=draw(
            st.dictionaries(
                st.tuples(st.integers(0, GROUPS - 1), people),
                st.sampled_from(["member", "moderator", "pending"]),
                max_size=6,
            )
        ),
        delegates=draw(st.dictionaries(people, st.booleans(), max_size=2)),
        suspended=draw(st.sets(actors, max_size=1)),
        gone=draw(st.sets(people, max_size=1)) if draw(st.integers(0, 4)) == 0 else set(),
    )
    for number in range(draw(st.integers(2, 8))):
        plan.lines.append(draw_line(draw, plan, number))
    return plan


def draw_line(draw: st.DrawFn, plan: Plan, number: int) -> Line:
    author = draw(st.integers(0, ACTORS - 1))
    originals = [place for place, line in enumerate(plan.lines) if line.boost_of is None]
    kind = draw(st.sampled_from(["post", "post", "answer", "boost"]))
    if kind == "boost":
        free = [
            place
            for place in originals
            if not any(line.boost_of == place and line.author == author for line in plan.lines)
        ]
        if free:
            # What was passed on to everyone may have been narrowed, or deleted, since.
            boosted = draw(st.sampled_from(free))
            wide = draw(st.sampled_from([Visibility.PUBLIC, Visibility.MEMBERS]))
            return Line(author, wide, boost_of=boosted, boost_visibility=wide)
    in_reply_to = draw(st.sampled_from(originals)) if kind == "answer" and originals else None
    visibility = draw(st.sampled_from(Visibility.values))
    group = plan.lines[in_reply_to].group if in_reply_to is not None else None
    if visibility == Visibility.GROUP and group is None:
        if in_reply_to is not None:
            visibility = Visibility.FOLLOWERS
        else:
            group = draw(st.integers(0, GROUPS - 1))
    if group is not None:
        visibility = min(visibility, Visibility.GROUP)  # in a group, one speaks at least to all of it
    return Line(
        author,
        visibility,
        group=group,
        in_reply_to=in_reply_to,
        mentions=draw(st.frozensets(st.integers(0, ACTORS - 1), max_size=2)) - {author},
        is_deleted=draw(st.integers(0, 7)) == 0,
    )


# -------------------------------------------------------------------------------------------------
# The square, in the database


@dataclass
class Ground:
    """Who is always there; made once."""

    accounts: list[Account]
    actors: list[Actor]


@dataclass
class Built:
    """A plan that has become rows."""

    plan: Plan
    ground: Ground
    posts: list[Post]
    groups: list
    lists: list
    tokens: dict[str, int]

    def readers(self, chosen: set[int | None] | None = None):
        """Those who come (all unless said): a visitor (None) and people, fresh as a request loads them."""
        for number in [None, *range(PEOPLE)] if chosen is None else chosen:
            yield number, None if number is None else self.account(number)

    def account(self, number: int) -> Account:
        pk = self.ground.accounts[number].pk
        return Account.objects.select_related("actor__region", "preferences").get(pk=pk)

    def allowed(self, reader: int | None) -> set[int]:
        """Ids of the rows that the oracle lets this reader see."""
        return {
            self.posts[number].pk for number in range(len(self.posts)) if shows(self.plan, reader, number)
        }

    def hidden_words(self, reader: int | None, html: str) -> set[str]:
        """Words of posts that this text holds and should not."""
        return {
            word
            for word in re.findall(r"zq[a-z]+qz", html)
            if word in self.tokens and not shows(self.plan, reader, self.tokens[word])
        }


def make_ground() -> Ground:
    region = make_region("01")
    accounts = [make_account(f"p{number}", region=region) for number in range(PEOPLE)]
    for account in accounts:
        make_followed_tag(account, "place")
    organisation = make_organisation("theatre", region=region)
    return Ground(accounts, [*(account.actor for account in accounts), organisation.actor])


def token(number: int) -> str:
    return f"zq{'abcdefghijkl'[number]}{'mnopqr'[number % 6]}qz"


@contextmanager
def built(ground: Ground, plan: Plan, *, traces: bool = False):
    """Make the rows, lend them, and take them back."""
    with transaction.atomic():
        square = build(ground, plan)
        if traces:
            leave_traces(square)
        yield square
        transaction.set_rollback(True)


def build(ground: Ground, plan: Plan) -> Built:
    accounts, actors = ground.accounts, ground.actors
    now = timezone.now()
    for (one, other), accepted in plan.follows.items():
        make_follow(actors[one], actors[other], accepted=accepted)
    for one, other in plan.blocks:
        make_block(actors[one], actors[other])
    for number, current in plan.delegates.items():
        Delegate.objects.create(
            organisation=actors[ORGANISATION].organisation,
            account=accounts[number],
            granted_at=now - timedelta(days=2),
            ended_at=None if current else now,
        )
    groups = [make_group(f"cercle{number}") for number in range(GROUPS)]
    for (group, number), state in plan.members.items():
        make_group_membership(
            groups[group],
            actors[number],
            joined=state != "pending",
            role=GroupMembership.Role.MODERATOR if state == "moderator" else GroupMembership.Role.MEMBER,
        )
    posts: list[Post] = []
    for number, line in enumerate(plan.lines):
        posts.append(write(ground, groups, posts, number, line))
    for number, line in enumerate(plan.lines):
        if line.is_deleted:
            # The words stay here, unlike in the action: a page that shows them is at fault by itself.
            Post.objects.filter(pk=posts[number].pk).update(deleted_at=now)
        if line.boost_of is None:
            Post.objects.filter(pk=posts[number].pk).update(visibility=line.visibility)  # narrowed since
    Actor.objects.filter(pk__in=[actors[n].pk for n in plan.suspended]).update(suspended_at=now)
    Actor.objects.filter(pk__in=[actors[n].pk for n in plan.gone]).update(deleted_at=now)
    lists = [make_list(one, members=[other for other in actors if other != one.actor]) for one in accounts]
    tokens = {token(number): number for number, line in enumerate(plan.lines) if line.boost_of is None}
    return Built(plan, ground, posts, groups, lists, tokens)


def write(ground: Ground, groups: list, posts: list[Post], number: int, line: Line) -> Post:
    author = ground.actors[line.author]
    if line.boost_of is not None:
        boost = make_boost(author, posts[line.boost_of])
        Post.objects.filter(pk=boost.pk).update(visibility=line.boost_visibility)
        return boost
    return make_post(
        author,
        f"{token(number)} {WORD} #place",
        visibility=Visibility.PUBLIC,
        in_reply_to=None if line.in_reply_to is None else posts[line.in_reply_to],
        group=None if line.group is None else groups[line.group],
        mentions=[ground.actors[n] for n in line.mentions],
    )


def leave_traces(square: Built) -> None:
    """Everyone has once kept, liked, been told of and begun to answer everything."""
    originals = [post for post in square.posts if not post.is_boost]
    for account in square.ground.accounts:
        for post in originals:
            make_bookmark(account, post)
            make_favourite(account, post)
            make_draft(account, in_reply_to=post)
            for kind in ("mention", "boost"):
                make_notification(
                    account, kind=kind, actor=post.author, subject_id=post.pk, group_key=f"{kind}:{post.pk}"
                )
    for post in originals:
        make_revision(post, post.text)
