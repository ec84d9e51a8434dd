"""Publishing, editing, deleting and passing on posts.

Publishing writes a fixed number of rows, whoever follows the author: timelines are pulled when they are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coop import parameters
from coop.audit import record
from coop.errors import ActionError
from coop.permissions import authorize
from feeds import live, notices, search, snowflake
from feeds import text as texts
from feeds.actions import media as images
from feeds.actions import polls, post_rows
from feeds.models import (
    Bookmark,
    Favourite,
    MediaAttachment,
    Mention,
    Post,
    PostRevision,
    PostSearch,
    ReplyControl,
    TaggedPost,
    Visibility,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from coop.models import Account, Actor
    from feeds.actions.polls import PollInput
    from feeds.models import Group

WARNING_MAX = 200
IN_GROUP = frozenset({Visibility.PUBLIC, Visibility.MEMBERS, Visibility.GROUP})


def publish_post(
    *,
    account: Account,
    author: Actor,
    text: str,
    visibility: int,
    reply_control: int = ReplyControl.EVERYONE,
    content_warning: str = "",
    is_sensitive: bool = False,
    language: str = "fr",
    in_reply_to: Post | None = None,
    group: Group | None = None,
    media: Sequence[MediaAttachment] = (),
    poll: PollInput | None = None,
    at: datetime | None = None,
) -> Post:
    """Publish in the name of `author`, which is the person's own face or an organisation they speak for.

    A reply never reaches more people than what it answers, and stays in its group. Speaking for an
    organisation is recorded. `media` comes in order, each with its `alt`; images still in preparation will
    show when ready. `at` dates the post in the past, for the demo alone: nobody is told.
    """
    authorize("coop.speak_as_actor", account, author)
    authorize("feeds.publish_post", account)
    group_id = authorize_place(account, in_reply_to, group)
    for attachment in media:
        authorize("feeds.use_media", account, attachment)
    text = texts.clean(text)
    content_warning = texts.clean(content_warning).replace("\n", " ")
    check_content(text=text, content_warning=content_warning, media=media, has_poll=poll is not None)
    if poll is not None:
        polls.check_poll(poll, now=at or timezone.now())
    if in_reply_to is not None:
        check_reply_audience(visibility, in_reply_to)
    check_group_audience(account, author, visibility, group_id)

    named = post_rows.named_actors(text)
    with transaction.atomic():
        post = Post(
            author=author,
            published_by=account,
            in_reply_to=in_reply_to,
            in_reply_to_author_id=in_reply_to.author_id if in_reply_to else None,
            thread_root_id=in_reply_to.root_id if in_reply_to else None,
            group_id=group_id,
            region_id=author.region_id,
            visibility=visibility,
            reply_control=reply_control,
            text=text,
            html=post_rows.render(text, named),
            content_warning=content_warning,
            is_sensitive=is_sensitive,
            has_media=bool(media),
            has_poll=poll is not None,
            language=language,
        )
        if at is not None:
            post.pk = snowflake.at(at, post_rows.next_sequence())
        post.save(force_insert=True)
        post_rows.add_mentions(post.pk, sorted(addressed(post, set(named.values()))))
        post_rows.add_tags(post.pk, texts.tags(text))
        search.index_post(post)
        if media:
            images.attach(post=post, media=media)
        if poll is not None:
            polls.open_poll(post=post, poll=poll)
        if author.pk != account.actor_id:
            record("feeds.publish_post_as", account=account, obj=post, data={"actor": author.pk})
        # Counters last: their rows are the ones that others wait for.
        if in_reply_to is not None:
            post_rows.count_reply(in_reply_to.pk, 1)
        post_rows.count_post(author.pk, post.pk, counted=True)
        if at is None:
            transaction.on_commit(lambda: live.announce(post), robust=True)
            transaction.on_commit(lambda: notices.post_published(post), robust=True)
    return post


def authorize_place(account: Account, in_reply_to: Post | None, group: Group | None) -> int | None:
    """Check that one may write here, and give the id of the group: a reply is where its parent is."""
    if in_reply_to is not None:
        authorize("feeds.reply_post", account, in_reply_to)
        return in_reply_to.group_id
    if group is not None:
        authorize("feeds.post_in_group", account, group)
        return group.pk
    return None


def addressed(post: Post, named: set[int]) -> set[int]:
    """Give the actors a post is addressed to by name.

    A reply to a restricted audience always reaches the person answered, named in it or not.
    """
    if post.visibility >= Visibility.FOLLOWERS and post.in_reply_to_author_id is not None:
        named = named | {post.in_reply_to_author_id}
    return named - {post.author_id}


def check_content(
    *, text: str, content_warning: str, media: Sequence[MediaAttachment], has_poll: bool
) -> None:
    """Refuse what is empty or too long, with a sentence."""
    limit = parameters.get("posts.max_length")
    over = texts.length(text) - limit
    if over > 0:
        raise ActionError(
            ngettext(
                "C’est %(over)s caractère de trop (maximum %(limit)s).",
                "C’est %(over)s caractères de trop (maximum %(limit)s).",
                over,
            )
            % {"over": over, "limit": limit},
            field="text",
        )
    if not text and has_poll:
        raise ActionError(_("Écris la question du sondage."), field="text")
    if not text and not media:
        raise ActionError(_("Écris quelque chose, ou ajoute une image."), field="text")
    if len(content_warning) > WARNING_MAX:
        raise ActionError(
            _("L’avertissement compte au plus %(limit)s caractères.") % {"limit": WARNING_MAX},
            field="content_warning",
        )
    most = parameters.get("posts.max_images")
    if len(media) > most:
        raise ActionError(
            ngettext("Au plus %(most)s image.", "Au plus %(most)s images.", most) % {"most": most},
            field="media",
        )
    most = parameters.get("posts.max_mentions")
    if len(texts.mentions(text)) > most:
        raise ActionError(
            ngettext("Au plus %(most)s personne mentionnée.", "Au plus %(most)s personnes mentionnées.", most)
            % {"most": most},
            field="text",
        )


def check_reply_audience(visibility: int, parent: Post) -> None:
    """A reply reaches at most the audience of what it answers."""
    if visibility < parent.visibility:
        raise ActionError(
            _("Une réponse ne peut pas s’adresser à plus de monde que ce à quoi elle répond."),
            field="visibility",
        )


def check_group_audience(account: Account, author: Actor, visibility: int, group_id: int | None) -> None:
    """In a group one speaks in one's own name, to the group or more widely."""
    if group_id is None:
        if visibility == Visibility.GROUP:
            raise ActionError(_("Choisis le groupe à qui tu t’adresses."), field="visibility")
        return
    if author.pk != account.actor_id:
        raise ActionError(_("Dans un groupe, chaque personne parle en son propre nom."), field="as_actor")
    if visibility not in IN_GROUP:
        raise ActionError(_("Dans un groupe, on s’adresse au moins à tout le groupe."), field="visibility")


def edit_post(
    *,
    account: Account,
    post: Post,
    text: str,
    content_warning: str = "",
    is_sensitive: bool = False,
    media: Sequence[MediaAttachment] | None = None,
) -> Post:
    """Change what a post says and keep what it said, for all its readers to see.

    `media` gives the images to keep or add, in order (None: leave them); one that is left out is erased.
    Saying the same again changes nothing. The audience, the poll and the conversation stay what they were.
    """
    authorize("feeds.edit_post", account, post)
    text = texts.clean(text)
    content_warning = texts.clean(content_warning).replace("\n", " ")
    with transaction.atomic():
        post = Post.objects.select_for_update(of=("self",)).select_related("author").get(pk=post.pk)
        authorize("feeds.edit_post", account, post)  # it may have been deleted while we waited
        before = list(post.media.all())
        kept = list(media) if media is not None else before
        check_content(text=text, content_warning=content_warning, media=kept, has_poll=post.has_poll)
        for attachment in kept:
            authorize("feeds.use_media", account, attachment)
        was = (post.text, post.content_warning, post.is_sensitive, [(m.pk, m.alt) for m in before])
        if was == (text, content_warning, is_sensitive, [(m.pk, m.alt) for m in kept]):
            return post
        PostRevision.objects.create(
            post=post,
            text=post.text,
            content_warning=post.content_warning,
            media=[{"id": str(m.pk), "alt": m.alt} for m in before],
            written_at=post.edited_at or post.created_at,
        )
        named = post_rows.named_actors(text)
        post.text = text
        post.html = post_rows.render(text, named)
        post.content_warning = content_warning
        post.is_sensitive = is_sensitive
        post.has_media = bool(kept)
        post.edited_at = timezone.now()
        post.save(update_fields=["text", "html", "content_warning", "is_sensitive", "has_media", "edited_at"])
        post_rows.replace_mentions(post.pk, addressed(post, set(named.values())))
        post_rows.replace_tags(post.pk, texts.tags(text))
        search.index_post(post)
        if media is not None:
            images.replace(post=post, before=before, media=kept)
        if post.author_id != account.actor_id:
            record("feeds.edit_post_as", account=account, obj=post, data={"actor": post.author_id})
        transaction.on_commit(lambda: notices.post_edited(post), robust=True)
        transaction.on_commit(lambda: live.changed(post), robust=True)
    return post


def delete_post(*, account: Account, post: Post) -> None:
    """Take a post back for good: words, images, poll, former versions, boosts and marks go with it.

    The emptied row stays, so that the answers of others keep their place in the conversation.
    """
    authorize("feeds.delete_post", account, post)
    if post.is_boost:
        remove_boosts(Post.objects.filter(pk=post.pk))
        return
    with transaction.atomic():
        post = Post.objects.select_for_update(of=("self",)).select_related("author").get(pk=post.pk)
        authorize("feeds.delete_post", account, post)  # someone may have been faster
        images.erase(list(post.media.all()))
        remove_boosts(Post.objects.filter(boost_of=post))
        for model, column in (
            (Mention, "post"),
            (TaggedPost, "content_object"),
            (PostSearch, "post"),
            (PostRevision, "post"),
            (Favourite, "post"),
            (Bookmark, "post"),
        ):
            model.objects.filter(**{column: post}).delete()
        if post.has_poll:
            post.poll.delete()
        post.text = post.html = post.content_warning = ""
        post.is_sensitive = post.has_media = post.has_poll = False
        post.edited_at = None
        post.deleted_at = timezone.now()
        post.save()
        if post.author_id != account.actor_id:
            record("feeds.delete_post_as", account=account, obj=post, data={"actor": post.author_id})
        if post.in_reply_to_id is not None:
            post_rows.count_reply(post.in_reply_to_id, -1)
        post_rows.recount_activity([post.author_id], uncounted=1)
        transaction.on_commit(lambda: live.changed(post), robust=True)


def boost_post(*, account: Account, post: Post) -> Post:
    """Pass a post on to one's followers, once, never beyond its own audience; give the boost's row."""
    authorize("feeds.boost_post", account, post)
    assert account.actor is not None  # held by the rule
    mine = Post.objects.filter(author=account.actor, boost_of=post)
    if (existing := mine.first()) is not None:
        return existing
    try:
        with transaction.atomic():
            boost = Post(
                author=account.actor,
                published_by=account,
                boost_of=post,
                visibility=post.visibility,
                region_id=account.actor.region_id,
                language=post.language,
            )
            boost.save(force_insert=True)
            post_rows.count_boost(post.pk, 1)
            post_rows.count_post(account.actor.pk, boost.pk, counted=False)
            transaction.on_commit(lambda: live.announce(boost), robust=True)
            transaction.on_commit(lambda: notices.boosted(post, account.actor), robust=True)
    except IntegrityError:
        # The same gesture came twice at once (post_boosted_once): the first one stands.
        return mine.get()
    return boost


def unboost_post(*, account: Account, post: Post) -> None:
    """Take one's boost of this post back; nothing happens where there is none."""
    authorize("feeds.publish_post", account)
    remove_boosts(Post.objects.filter(author_id=account.actor_id, boost_of=post))


def remove_boosts(boosts: QuerySet[Post]) -> None:
    """Delete these boosts (all of the same post, or one), with their counter and their authors' activity."""
    with transaction.atomic():
        rows = list(boosts.select_for_update(of=("self",)).values_list("pk", "author_id", "boost_of_id"))
        if not rows:
            return
        Post.objects.filter(pk__in=[pk for pk, _author, _original in rows]).delete()
        for original in {original for _pk, _author, original in rows}:
            post_rows.count_boost(original, -sum(1 for row in rows if row[2] == original))
        post_rows.recount_activity({author for _pk, author, _original in rows}, uncounted=0)
