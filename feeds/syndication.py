"""What leaves the square as feeds, and for whom.

A post is in a feed when everyone may read it and its author said that their public posts may appear outside
(`is_indexable`): a copy elsewhere cannot be taken back, so it asks for the yes that search engines need.
Boosts are left out: they would make an author appear where the author did not choose to.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from coop import pictures
from feeds import atom
from feeds.models import MediaAttachment, Post, TaggedPost

if TYPE_CHECKING:
    from coop.models import Actor
    from feeds.models import Group, Tag
    from feeds.models.posts import PostQuerySet

ENTRIES = 30
TITLE_LENGTH = 90
LANGUAGE = "fr-CA"
BORN = datetime(2026, 11, 21, tzinfo=UTC)
"""When the square opened: what a feed without entries is dated from."""


def going_out() -> PostQuerySet:
    """Keep what may be copied out of the square, newest first, with what an entry shows."""
    return (
        Post.objects.visible_to(None)
        .originals()
        .filter(author__is_indexable=True)
        .select_related("author")
        .prefetch_related(
            Prefetch("tagged", TaggedPost.objects.select_related("tag").order_by("pk")),
            Prefetch("media", MediaAttachment.objects.filter(state=MediaAttachment.State.READY)),
        )
        .newest_first()
    )


def of_actor(actor: Actor) -> atom.Feed:
    """Give the first posts of a person or an organisation."""
    return atom.Feed(
        id=atom.tag_uri(host(), actor.created_at.date(), f"visage/{actor.pk}"),
        title=f"{actor.display_name} (@{actor.handle})",
        subtitle=Truncator(actor.summary).chars(200),
        href=absolute(actor.get_absolute_url()),
        self_href=absolute(reverse("feeds:actor-atom", args=[actor.handle])),
        language=LANGUAGE,
        born=actor.created_at,
        entries=entries(going_out().filter(author=actor, in_reply_to__isnull=True)),
        author=(actor.display_name, absolute(actor.get_absolute_url())),
        icon=absolute(actor.avatar.url) if actor.avatar else "",
    )


def of_group(group: Group) -> atom.Feed:
    """Give the first posts that members of a group addressed to everyone."""
    face = group.actor
    return atom.Feed(
        id=atom.tag_uri(host(), group.created_at.date(), f"groupe/{group.pk}"),
        title=_("%(name)s (groupe)") % {"name": face.display_name},
        subtitle=Truncator(face.summary).chars(200),
        href=absolute(reverse("feeds:group", args=[face.handle])),
        self_href=absolute(reverse("feeds:group-atom", args=[face.handle])),
        language=LANGUAGE,
        born=group.created_at,
        entries=entries(going_out().filter(group=group, in_reply_to__isnull=True)),
    )


def of_tag(tag: Tag) -> atom.Feed:
    """Give the posts with a hashtag, answers included."""
    found = entries(going_out().filter(tagged__tag=tag))
    return atom.Feed(
        id=f"tag:{host()},2026:mot-clic/{tag.slug}",
        title=f"#{tag.name}",
        subtitle=_("Publications du Parvis qui portent le mot-clic #%(name)s") % {"name": tag.name},
        href=absolute(tag.get_absolute_url()),
        self_href=absolute(reverse("feeds:tag-atom", args=[tag.slug])),
        language=LANGUAGE,
        born=found[0].updated if found else BORN,
        entries=found,
    )


def entries(posts: PostQuerySet) -> list[atom.Entry]:
    """Read the newest posts as entries; three queries, whatever their number."""
    return [entry(post) for post in posts[:ENTRIES]]


def entry(post: Post) -> atom.Entry:
    author_href = absolute(post.author.get_absolute_url())
    return atom.Entry(
        id=atom.tag_uri(host(), post.created_at.date(), f"publication/{post.pk}"),
        title=title(post),
        href=absolute(post.get_absolute_url()),
        author_name=post.author.display_name,
        author_href=author_href,
        published=post.created_at,
        updated=post.edited_at or post.created_at,
        html=content(post),
        categories=[tagged.tag.name for tagged in post.tagged.all()],
        enclosures=[
            atom.Enclosure(absolute(media.file.url), pictures.CONTENT_TYPE, media.alt)
            for media in shown_media(post)
        ],
    )


def title(post: Post) -> str:
    """Say in one line what a post is about: its warning, else its first words, else that it is an image."""
    if post.content_warning:
        return _("Avertissement\u00a0: %(warning)s") % {"warning": post.content_warning}
    first_line = post.text.strip().partition("\n")[0]
    return Truncator(first_line).chars(TITLE_LENGTH) if first_line else _("Image")


def content(post: Post) -> str:
    """Give the words and the images, with addresses that hold outside; what is folded stays folded."""
    words = post.html.replace('href="/', f'href="{settings.BASE_URL}/')
    images = "".join(
        f'<p><img src="{escape(absolute(media.file.url))}" alt="{escape(media.alt)}" '
        f'width="{media.width}" height="{media.height}"></p>'
        for media in shown_media(post)
    )
    if not post.content_warning:
        return words + images
    return f"<details><summary>{escape(title(post))}</summary>{words}{images}</details>"


def shown_media(post: Post) -> list[MediaAttachment]:
    """Leave out images that their author asked to fold: a reader elsewhere cannot be trusted to."""
    return [] if post.is_sensitive or post.content_warning else list(post.media.all())


def absolute(address: str) -> str:
    """Give a whole address; media may already have one."""
    return address if urlsplit(address).netloc else f"{settings.BASE_URL}{address}"


def host() -> str:
    """Give the name in our ids: that of the site."""
    return urlsplit(settings.BASE_URL).hostname or "parvis"
