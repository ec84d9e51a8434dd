"""Filling the square: everything the demo holds, in one transaction, through the same actions as people."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation

from coop.models import Account, Actor, Notification
from coop.places import load_reference_data
from feeds import notices, snowflake
from feeds.actions import media as images
from feeds.actions import post_rows
from feeds.actions.lists import add_to_list, create_list
from feeds.actions.polls import PollInput
from feeds.actions.posts import delete_post, edit_post, publish_post
from feeds.demo import laval, logins, pictures, script
from feeds.demo.cast import DATA, LAVAL_VOICE, Cast, entries
from feeds.models import (
    Bookmark,
    Favourite,
    Follow,
    FollowedTag,
    GroupMembership,
    Poll,
    PollOption,
    PollVote,
    Post,
    PostStats,
    StarterPack,
    StarterPackMember,
    Tag,
    Visibility,
)
from feeds.text import tag_slug

if TYPE_CHECKING:
    from datetime import datetime

SPAN = timedelta(days=43)
AUDIENCES = {
    "membres": Visibility.MEMBERS,
    "groupe": Visibility.GROUP,
    "abonnes": Visibility.FOLLOWERS,
    "mentions": Visibility.MENTIONED,
}
BOOSTED_SHARE = 0.45
FRESH = timedelta(days=2)
TOLD = timedelta(days=12)
LAVAL_DEFAULT = "laval_activites"


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of a conversation, in the order of the whole square."""

    line: script.Line
    conversation: int
    place: int
    root_options: dict[str, str]


def is_loaded() -> bool:
    """Tell whether the demo is already here: it comes whole or not at all."""
    return Account.objects.filter(email=logins.LOGINS[0].email).exists()


def load(until: datetime | None = None) -> dict[str, int]:
    """Fill the square with six weeks that end at `until` (now); give what it then holds.

    Running it again changes nothing. The same `until` gives the same square, whatever the machine.
    """
    if is_loaded():
        return counts()
    until = timezone.localtime(until).replace(microsecond=0)
    with translation.override("fr"), transaction.atomic():
        load_reference_data()
        Square(until).fill()
        tell(until)
    return counts()


def counts() -> dict[str, int]:
    """Say what the square holds, for the person who loads it."""
    kinds = Actor.Kind
    posts = Post.objects.filter(boost_of__isnull=True)
    return {
        "personnes": Actor.objects.filter(kind=kinds.PERSON).count(),
        "organisations": Actor.objects.filter(kind=kinds.ORGANISATION).count(),
        "groupes": Actor.objects.filter(kind=kinds.GROUP).count(),
        "publications": posts.count(),
        "relais": Post.objects.filter(boost_of__isnull=False).count(),
        "trousses": StarterPack.objects.count(),
    }


class Square:
    """The state of one loading: who is here, and what was said."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.since = (until - SPAN).replace(hour=9, minute=0, second=0)
        self.random = random.Random("parvis")  # noqa: S311 -- a demo that is the same everywhere, not secrets
        self.cast = Cast(self.since)
        self.posts: dict[tuple[int, int], Post] = {}

    def fill(self) -> None:
        self.cast.enter()
        lines = self.planned()
        self.follow(lines)
        for planned in lines:
            self.publish(planned)
        for planned in lines:
            self.change_afterwards(planned)
        self.boost()
        self.favour()
        self.vote()
        self.gather()
        self.offer_packs()

    # Words

    def planned(self) -> list[Planned]:
        """Read every conversation and announcement, and give their lines in order of time."""
        conversations = [
            conversation
            for path in sorted((DATA / "posts").glob("*.txt"))
            for conversation in script.read(path.read_text(encoding="utf-8"), self.until)
            if conversation
        ]
        pages = {entry["name"]: entry["handle"] for entry in entries("organisations", "organisation")}
        conversations += [
            [script.Line(pages.get(found.place, LAVAL_DEFAULT), found.at, None, found.text)]
            for found in laval.announcements(DATA / "laval_calendrier_activites.json", self.until)
        ]
        planned = [
            Planned(line, number, place, conversation[0].options)
            for number, conversation in enumerate(conversations)
            for place, line in enumerate(conversation)
        ]
        return sorted(planned, key=lambda item: (item.line.at, item.conversation, item.place))

    def publish(self, planned: Planned) -> None:
        """Say one line, with its picture or its poll."""
        line, options = planned.line, planned.line.options
        account, author = self.cast.accounts[line.who], self.cast.actors[line.who]
        parent = None if line.parent is None else self.posts[planned.conversation, line.parent]
        group = self.cast.groups[options["groupe"]] if "groupe" in options else None
        audience = AUDIENCES.get(options.get("audience", ""), Visibility.PUBLIC)
        pictured = []
        if "image" in options:
            name, _colon, alt = options["image"].partition(":")
            upload = SimpleUploadedFile(f"{name}.jpg", pictures.draw(name), "image/jpeg")
            media = images.receive_upload(account=account, owner=author, file=upload, alt=alt.strip())
            images.process_upload(media_id=str(media.pk))
            media.refresh_from_db()
            pictured.append(media)
        self.posts[planned.conversation, planned.place] = publish_post(
            account=account,
            author=author,
            text=options.get("avant") or line.text,
            visibility=parent.visibility if parent else audience,
            content_warning=options.get("avertissement", ""),
            in_reply_to=parent,
            group=group,
            media=pictured,
            poll=poll_of(line) if "sondage" in options else None,
            at=line.at,
        )

    def change_afterwards(self, planned: Planned) -> None:
        """Correct or take back what its author corrected or took back."""
        line, options = planned.line, planned.line.options
        post, account = self.posts[planned.conversation, planned.place], self.cast.accounts[line.who]
        if "modifie" in options:
            edit_post(account=account, post=post, text=line.text)
            Post.objects.filter(pk=post.pk).update(edited_at=line.at + script.span(options["modifie"]))
        if "supprime" in options:
            delete_post(account=account, post=post)
            Post.objects.filter(pk=post.pk).update(deleted_at=line.at + timedelta(hours=1))
            del self.posts[planned.conversation, planned.place]

    # Ties

    def follow(self, lines: list[Planned]) -> None:
        """Let each person follow from 8 to 22 voices: those they talk with, neighbours, shared subjects."""
        talks: dict[tuple[str, str], int] = {}
        opened = {item.conversation: item.line.who for item in lines if item.place == 0}
        for item in lines:
            talks[item.line.who, opened[item.conversation]] = (
                talks.get((item.line.who, opened[item.conversation]), 0) + 1
            )
        rows = []
        for me in self.cast.people():
            if me == LAVAL_VOICE:
                continue
            wanted = self.random.randint(8, 22)
            others = [who for who in self.cast.actors if who not in {me, LAVAL_VOICE}]
            others.sort(key=lambda who: self.closeness(me, who, talks), reverse=True)
            rows += [self.follow_row(me, who) for who in others[:wanted]]
        Follow.objects.bulk_create(rows)

    def closeness(self, me: str, other: str, talks: dict[tuple[str, str], int]) -> float:
        mine, theirs = self.cast.actors[me], self.cast.actors[other]
        shared = set(self.cast.interests[me]) & set(self.cast.interests.get(other, ()))
        return (
            3 * talks.get((me, other), 0)
            + talks.get((other, me), 0)
            + 3 * (mine.region_id == theirs.region_id)
            + 2 * len(shared)
            + 2 * (other == "parvis_coop")
            + self.random.random() * 4
        )

    def follow_row(self, me: str, other: str) -> Follow:
        at = self.moment(self.since + timedelta(hours=8), self.until - timedelta(hours=6))
        followed = self.cast.actors[other]
        # Someone who approves followers leaves the two latest requests waiting.
        waits = followed.approves_followers and at > self.until - timedelta(days=14)
        return Follow(
            follower=self.cast.actors[me], followed=followed, created_at=at, accepted_at=None if waits else at
        )

    def gather(self) -> None:
        """Make the lists, hashtags and interests that the six logins show."""
        tags = dict(Tag.objects.values_list("slug", "pk"))
        self.cast.add_interests(tags)
        for login in logins.LOGINS:
            FollowedTag.objects.bulk_create(
                FollowedTag(actor=self.cast.actors[login.handle], tag_id=tags[slug])
                for slug in map(tag_slug, self.cast.interests[login.handle][:3])
                if slug in tags
            )
        for entry in entries("packs", "list"):
            account = self.cast.accounts[entry["owner"]]
            made = create_list(
                account=account, name=entry["name"], is_exclusive=entry.get("exclusive", False)
            )
            for handle in entry["voices"]:
                add_to_list(account=account, chosen=made, actor=self.cast.actors[handle])

    def offer_packs(self) -> None:
        """Make the starter packs: one a region, and a few by subject."""
        for rank, entry in enumerate(entries("packs", "pack")):
            curator = self.cast.actors[entry["curator"]]
            pack = StarterPack.objects.create(
                slug=entry["slug"],
                title=entry["title"],
                description=entry["description"],
                region_id=entry.get("region"),
                curator=curator,
                created_at=self.since + timedelta(days=2, hours=rank),
            )
            StarterPackMember.objects.bulk_create(
                StarterPackMember(pack=pack, actor=self.cast.actors[handle], position=position, note=note)
                for position, (handle, note) in enumerate(entry["voices"], 1)
            )

    # Marks

    def moment(self, after: datetime, before: datetime) -> datetime:
        """Choose a moment between the two."""
        return after + (before - after) * self.random.random()

    def soon_after(self, post: Post) -> datetime:
        """Choose a moment in the hours that follow a post, before the end."""
        room = min(timedelta(hours=30), self.until - post.created_at) * 0.95
        return timezone.localtime(post.created_at + room * self.random.random() ** 2)

    def original_posts(self) -> list[Post]:
        return sorted(self.posts.values(), key=lambda post: post.pk)

    def audience(self, post: Post) -> list[str]:
        """List the persons who read a post: the members of its group, the author's followers, or anyone."""
        everyone = [
            who for who in self.cast.people() if who != LAVAL_VOICE and self.cast.actors[who] != post.author
        ]
        if post.visibility == Visibility.GROUP:
            inside = set(self.group_members[post.group_id or 0])
        elif post.visibility == Visibility.FOLLOWERS:
            inside = {a for a, b in self.follow_pairs if b == post.author_id}
        elif post.visibility == Visibility.MENTIONED:
            return []
        else:
            return everyone
        return [who for who in everyone if self.cast.actors[who].pk in inside]

    @property
    def follow_pairs(self) -> set[tuple[int, int]]:
        if not hasattr(self, "_pairs"):
            self._pairs = set(Follow.objects.accepted().values_list("follower_id", "followed_id"))
        return self._pairs

    @property
    def group_members(self) -> dict[int, list[int]]:
        if not hasattr(self, "_members"):
            self._members: dict[int, list[int]] = {}
            for group, actor in GroupMembership.objects.active().values_list("group_id", "actor_id"):
                self._members.setdefault(group, []).append(actor)
        return self._members

    def boost(self) -> None:
        """Let followers pass on a share of the public first posts."""
        for post in self.original_posts():
            if (
                post.in_reply_to_id
                or post.visibility != Visibility.PUBLIC
                or self.random.random() > BOOSTED_SHARE
            ):
                continue
            fans = [
                who
                for who in self.audience(post)
                if (self.cast.actors[who].pk, post.author_id) in self.follow_pairs
            ]
            for who in self.random.sample(fans, min(len(fans), self.random.choice((1, 1, 1, 2, 2, 3)))):
                self.boost_as(who, post)

    def boost_as(self, who: str, post: Post) -> None:
        actor = self.cast.actors[who]
        boost = Post.objects.create(
            pk=snowflake.at(self.soon_after(post), post_rows.next_sequence()),
            author=actor,
            published_by=self.cast.accounts[who],
            boost_of=post,
            visibility=post.visibility,
            region_id=actor.region_id,
            language=post.language,
        )
        post_rows.count_boost(post.pk, 1)
        post_rows.count_post(actor.pk, boost.pk, counted=False)

    def favour(self) -> None:
        """Let readers favour what touches them, and the six logins keep a few bookmarks."""
        favourites, bookmarks = [], []
        tally: dict[int, int] = {}
        for post in self.original_posts():
            readers = self.audience(post)
            most = 4 if post.in_reply_to_id else 14
            chosen = self.random.sample(readers, min(len(readers), round(most * self.random.random() ** 2)))
            tally[post.pk] = len(chosen)
            favourites += [
                Favourite(actor=self.cast.actors[who], post=post, created_at=self.soon_after(post))
                for who in chosen
            ]
        for login in logins.LOGINS:
            readable = [post for post in self.original_posts() if login.handle in self.audience(post)]
            bookmarks += [
                Bookmark(
                    actor=self.cast.actors[login.handle],
                    post=post,
                    created_at=self.moment(post.created_at, self.until),
                )
                for post in sorted(self.random.sample(readable, 8), key=lambda post: post.pk)
            ]
        Favourite.objects.bulk_create(sorted(favourites, key=lambda row: row.created_at))
        Bookmark.objects.bulk_create(sorted(bookmarks, key=lambda row: row.created_at))
        PostStats.objects.bulk_create(
            (PostStats(post_id=pk) for pk in tally), ignore_conflicts=True, batch_size=500
        )
        rows = list(PostStats.objects.filter(pk__in=tally))
        for row in rows:
            row.favourites = tally[row.pk]
        PostStats.objects.bulk_update(rows, ["favourites"], batch_size=500)

    def vote(self) -> None:
        """Let readers answer the polls, open and closed."""
        for poll in Poll.objects.select_related("post").order_by("post_id"):
            options = list(PollOption.objects.filter(poll=poll).order_by("position"))
            weights = [self.random.random() + 0.15 for _option in options]
            readers = self.audience(poll.post)
            voters = self.random.sample(readers, min(len(readers), self.random.randint(14, 36)))
            votes = []
            for who in voters:
                picks = self.random.choices(options, weights, k=2 if poll.is_multiple else 1)
                votes += [
                    PollVote(
                        poll=poll, option=option, actor=self.cast.actors[who], is_multiple=poll.is_multiple
                    )
                    for option in sorted(set(picks), key=lambda option: option.position)
                ]
            PollVote.objects.bulk_create(votes)
            for option in options:
                chosen = sum(1 for vote in votes if vote.option_id == option.pk)
                PollOption.objects.filter(pk=option.pk).update(votes_count=F("votes_count") + chosen)
            Poll.objects.filter(pk=poll.pk).update(voters_count=len(voters))


def poll_of(line: script.Line) -> PollInput:
    """Read « 4j multiple: Oui / Non »."""
    head, _colon, answers = line.options["sondage"].partition(":")
    length, *kind = head.split()
    return PollInput(
        options=[answer.strip() for answer in answers.split(" / ")],
        is_multiple="multiple" in kind,
        closes_at=line.at + script.span(length),
    )


# What the six logins are told


def tell(until: datetime) -> None:
    """Ring what happened lately to the six logins, dated as it happened; what is two days old was read."""
    handles = [login.handle for login in logins.LOGINS]
    mine = Actor.objects.filter(
        Q(handle__in=handles) | Q(organisation__delegates__account__actor__handle__in=handles)
    )
    mine = Actor.objects.filter(pk__in=mine.values("pk"))
    recent = Post.objects.filter(pk__gte=snowflake.at(until - TOLD))
    for post in recent.filter(Q(in_reply_to_author__in=mine) | Q(mentions__actor__in=mine)).distinct():
        notices.post_published(post)
    for boost in recent.filter(boost_of__author__in=mine).select_related("boost_of__author", "author"):
        notices.boosted(boost, boost.author)
    favourites = Favourite.objects.filter(post__author__in=mine, created_at__gte=until - TOLD)
    for favourite in favourites.select_related("post__author", "actor"):
        notices.favourited(favourite.post, favourite.actor)
    follows = Follow.objects.filter(followed__in=mine, created_at__gte=until - TOLD)
    for follow in follows.select_related("follower", "followed"):
        (notices.followed if follow.accepted_at else notices.follow_requested)(follow)
    rows = list(Notification.objects.select_related("actor", "account"))
    for row in rows:
        row.created_at = min(moment_of(row), until)
        row.read_at = None if row.created_at > until - FRESH else row.created_at + timedelta(hours=3)
        if row.kind == "follow":
            day = timezone.localtime(row.created_at).date()
            row.group_key = f"follow:{followed_in(row)}:{day.isoformat()}"
        row.pk = None
    Notification.objects.all().delete()
    Notification.objects.bulk_create(sorted(rows, key=lambda row: row.created_at), batch_size=500)


def moment_of(row: Notification) -> datetime:
    """Find when the thing that a notification tells happened."""
    found: datetime | None = None
    if row.kind == "favourite":
        found = (
            Favourite.objects.filter(actor=row.actor, post__pk=row.subject_id or 0)
            .values_list("created_at", flat=True)
            .first()
        )
    elif row.kind == "boost":
        boost = Post.objects.filter(author=row.actor, boost_of_id=row.subject_id).first()
        found = boost.created_at if boost else None
    elif row.kind.startswith("follow"):
        follow = Follow.objects.filter(follower=row.actor, followed=followed_in(row)).first()
        found = follow.created_at if follow else None
    elif row.subject_id:
        post = Post.objects.filter(pk=row.subject_id).first()
        found = post.created_at if post else None
    return found or row.created_at


def followed_in(row: Notification) -> int:
    """Read whom a notification of a follow is about: the person, or an organisation they speak for."""
    return int(row.group_key.split(":")[1])
