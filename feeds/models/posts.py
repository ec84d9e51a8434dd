"""Posts: the rows that every timeline is made of. A boost is a row too, so that both share one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from coop.models import Account, Actor, Region
from feeds import snowflake
from feeds.models.visibility import Reader, ReplyControl, Visibility, visible_rows

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser


class Snowflake(Func):
    """The database's id maker (see feeds.snowflake and the first migration)."""

    function = "feeds_snowflake"
    output_field = models.BigIntegerField()
    arity = 0


class PostQuerySet(models.QuerySet["Post"]):
    """Which posts, for whom. Visibility is decided here and nowhere else."""

    def visible_to(self, account: Account | AnonymousUser | None) -> PostQuerySet:
        """Keep what this person may read; a visitor reads what is public."""
        actor_id = account.actor_id if isinstance(account, Account) and account.is_active else None
        return self.filter(visible_rows(actor_id))

    def visible_to_actor(self, reader: Reader) -> PostQuerySet:
        """Keep what the person behind this actor may read (workers and sockets know the id only)."""
        return self.filter(visible_rows(reader))

    def originals(self) -> PostQuerySet:
        """Leave out boosts."""
        return self.filter(boost_of__isnull=True)

    def in_open_square(self) -> PostQuerySet:
        """Keep what the public and regional timelines are made of: public first posts, not replies or boosts.

        The condition is that of the partial indexes `post_public` and `post_by_region`, word for word.
        """
        return self.filter(OPEN_SQUARE)

    def newest_first(self) -> PostQuerySet:
        """Order by id alone: there is no ranking in this house (tests/test_architecture.py holds it)."""
        return self.order_by("-id")


OPEN_SQUARE = Q(
    visibility=Visibility.PUBLIC,
    in_reply_to__isnull=True,
    boost_of__isnull=True,
    deleted_at__isnull=True,
)


class Post(models.Model):  # type: ignore[django-manager-missing]  # taggit is not typed
    """One post, reply or boost, by one actor.

    The id tells the time (`created_at`). A deleted post keeps its row, empty, so that a thread keeps its
    shape. Counters live in PostStats and the search vector in PostSearch: both change often and this row is
    wide."""

    id = models.BigIntegerField(primary_key=True, db_default=Snowflake(), editable=False)
    author = models.ForeignKey(Actor, models.PROTECT, related_name="posts", db_index=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False, editable=False
    )
    boost_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="boosts", db_index=False
    )
    in_reply_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replies", db_index=False
    )
    in_reply_to_author = models.ForeignKey(
        Actor, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    # The first post of the conversation; null for a post that begins one.
    thread_root = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="thread", db_index=False
    )
    group = models.ForeignKey(
        "feeds.Group", models.PROTECT, null=True, blank=True, related_name="posts", db_index=False
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    visibility = models.SmallIntegerField(_("audience"), choices=Visibility)
    reply_control = models.SmallIntegerField(
        _("qui peut répondre"), choices=ReplyControl, default=ReplyControl.EVERYONE
    )
    text = models.TextField(_("texte"), blank=True)
    html = models.TextField(blank=True, editable=False)
    content_warning = models.CharField(_("avertissement"), max_length=200, blank=True)
    is_sensitive = models.BooleanField(_("images sensibles"), default=False)
    has_media = models.BooleanField(default=False, editable=False)
    has_poll = models.BooleanField(default=False, editable=False)
    language = models.CharField(_("langue"), max_length=8, default="fr")
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    tags = TaggableManager(through="feeds.TaggedPost", blank=True, verbose_name=_("mots-clics"))

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = (
            models.CheckConstraint(
                condition=Q(boost_of__isnull=True) | Q(text="", in_reply_to__isnull=True, group__isnull=True),
                name="post_boost_is_bare",
            ),
            models.CheckConstraint(
                condition=~Q(visibility=Visibility.GROUP) | Q(group__isnull=False),
                name="post_group_audience_needs_group",
                violation_error_message=_("Choisis le groupe à qui tu t’adresses."),
            ),
            models.CheckConstraint(
                condition=Q(thread_root__isnull=True) | Q(boost_of__isnull=True),
                name="post_boost_has_no_thread",
            ),
            models.UniqueConstraint(
                fields=("author", "boost_of"),
                condition=Q(boost_of__isnull=False),
                name="post_boosted_once",
                violation_error_message=_("Tu as déjà relayé cette publication."),
            ),
        )
        indexes = (
            models.Index(fields=("author", "-id"), name="post_by_author"),
            models.Index(fields=("-id",), name="post_public", condition=OPEN_SQUARE),
            models.Index(fields=("region", "-id"), name="post_by_region", condition=OPEN_SQUARE),
            models.Index(fields=("group", "-id"), name="post_by_group", condition=Q(group__isnull=False)),
            models.Index(
                fields=("thread_root", "id"), name="post_by_thread", condition=Q(thread_root__isnull=False)
            ),
            models.Index(
                fields=("in_reply_to", "id"), name="post_replies", condition=Q(in_reply_to__isnull=False)
            ),
            models.Index(fields=("boost_of", "-id"), name="post_boosts", condition=Q(boost_of__isnull=False)),
            models.Index(fields=("author", "-id"), name="post_with_media", condition=Q(has_media=True)),
        )

    def __str__(self) -> str:
        return f"publication {self.pk}"

    def get_absolute_url(self) -> str:
        """Address of the conversation, at this post; needs `author` loaded."""
        return reverse("feeds:post-detail", args=[self.author.handle, self.pk])

    @property
    def created_at(self) -> datetime:
        """When it was published, read from the id (UTC)."""
        return snowflake.time_of(self.pk)

    @property
    def is_boost(self) -> bool:
        return self.boost_of_id is not None

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def root_id(self) -> int:
        """Id of the post that began the conversation (its own, if it did)."""
        return self.thread_root_id or self.pk


class PostStats(models.Model):
    """Counters of one post, apart from it so that a favourite rewrites 40 bytes and not the post.

    A post without a row has zero of each. Changed only by actions, in the transaction of the act they count.
    """

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="stats")
    replies = models.PositiveIntegerField(default=0)
    boosts = models.PositiveIntegerField(default=0)
    favourites = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("compteurs")
        verbose_name_plural = _("compteurs")

    def __str__(self) -> str:
        return f"{self.post_id}: {self.replies}/{self.boosts}/{self.favourites}"


class PostSearch(models.Model):
    """The French search vector of one post (see feeds.french), written by the actions that write the text."""

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="search")
    vector = SearchVectorField()

    class Meta:
        verbose_name = _("index de recherche")
        verbose_name_plural = _("index de recherche")
        indexes = (GinIndex(fields=("vector",), name="post_search_vector", fastupdate=True),)

    def __str__(self) -> str:
        return str(self.post_id)


class PostRevision(models.Model):
    """A former state of an edited post; public to whoever may read the post."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions")
    text = models.TextField(blank=True)
    content_warning = models.CharField(max_length=200, blank=True)
    media = models.JSONField(default=list)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        verbose_name = _("version")
        verbose_name_plural = _("versions")

    def __str__(self) -> str:
        return f"version {self.pk} de {self.post_id}"


class Mention(models.Model):
    """An actor named in a post (`@handle`)."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="mentions", db_index=False)
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="mentions", db_index=False)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = (models.UniqueConstraint(fields=("post", "actor"), name="mention_once"),)
        indexes = (models.Index(fields=("actor", "-post"), name="mention_by_actor"),)

    def __str__(self) -> str:
        return f"{self.post_id} → {self.actor_id}"


class ActorActivity(models.Model):
    """The newest post of an actor and how many there are: what a home timeline starts from.

    Narrow on purpose: publishing updates it in place, and 5,000 of them are read for one page.
    """

    actor = models.OneToOneField(Actor, models.CASCADE, primary_key=True, related_name="activity")
    last_post_id = models.BigIntegerField(default=0)
    posts_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("activité")
        verbose_name_plural = _("activités")

    def __str__(self) -> str:
        return f"{self.actor_id}: {self.last_post_id}"
