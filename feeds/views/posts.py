"""Writing, reading and passing on a post."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coop import ratelimits
from coop.errors import ActionError
from coop.http import AccountRequest, VisitorRequest, read_id, render, wants_fragment
from coop.models import Account
from coop.permissions import authorize, refusal
from coop.queries import faces
from feeds import cards, diffs, threads
from feeds.actions import drafts, posts
from feeds.actions import media as images
from feeds.forms.posts import PostForm, TextForm
from feeds.models import Draft, Group, GroupMembership, MediaAttachment, Post, Visibility
from feeds.timelines import Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django import forms
    from django.http import HttpRequest

PUBLISHED_ONCE_SECONDS = 3600
OG_DESCRIPTION = 240


def find_post(request: HttpRequest, handle: str, pk: int) -> Post:
    """Give the post at this address to who may read it; 404 to anyone else."""
    return get_object_or_404(
        Post.objects.visible_to(request.user)
        .originals()
        .select_related("author", "thread_root", "group__actor"),
        pk=pk,
        author__handle=handle,
    )


@require_http_methods(["GET", "POST"])
def post_create(request: AccountRequest) -> HttpResponse:
    """Show the composer on a page of its own, and publish from wherever a composer stands."""
    in_reply_to = _answered(request)
    group = None if in_reply_to is not None else _chosen_group(request)
    speaking = faces(request.user)
    if request.method == "GET":
        form = PostForm.for_account(
            request.user, faces=speaking, in_reply_to=in_reply_to, group=group, draft=_asked_draft(request)
        )
        if not form.initial.get("text"):
            form.initial["text"] = request.GET.get("texte", "")[
                : drafts.TEXT_MAX
            ]  # the welcome hands over a greeting
        return _composer_page(request, form)
    form = PostForm(
        request.POST,
        account=request.user,
        faces=speaking,
        in_reply_to=in_reply_to,
        group=group,
        draft_id=_uuid(request.POST.get("brouillon")),
    )
    problem = take_images(request, form)
    if problem is None and not _only_rearranges(request) and form.is_valid():
        return _publish(request, form)
    if _only_rearranges(request):
        form.errors.clear()
    if problem is not None:
        form.add_error("media", problem)
    return _composer_page(request, form)


def _publish(request: AccountRequest, form: PostForm) -> HttpResponse:
    """Publish what a valid form says; a refusal comes back in the form, with everything that was typed."""
    key = f"published:{request.user.pk}:{request.POST.get('nonce', '')[:64]}"
    if request.POST.get("nonce") and (address := cache.get(key)):
        return HttpResponseRedirect(address)  # the same page was sent twice
    try:
        ratelimits.check(request, "reply" if form.in_reply_to is not None else "post")
        post = posts.publish_post(
            account=request.user,
            author=form.author,
            text=form.cleaned_data["text"],
            visibility=form.cleaned_data["visibility"],
            reply_control=form.cleaned_data["reply_control"],
            content_warning=form.cleaned_data["content_warning"],
            is_sensitive=form.cleaned_data["is_sensitive"],
            language=request.user.language,
            in_reply_to=form.in_reply_to,
            group=form.group,
            media=form.cleaned_data["media"],
            poll=form.poll_input(),
        )
    except (ActionError, PermissionDenied) as error:
        refuse(form, error)
        return _composer_page(request, form)
    if form.draft_id is not None:
        drafts.forget_published(account=request.user, draft_id=form.draft_id)
    address = _after_publishing(request, form, post)
    cache.set(key, address, PUBLISHED_ONCE_SECONDS)
    messages.success(request, _("C’est publié."))
    return HttpResponseRedirect(address)


def _after_publishing(request: AccountRequest, form: PostForm, post: Post) -> str:
    """Go back to where the composer stood, at the new post."""
    if form.in_reply_to is not None:
        return f"{form.in_reply_to.get_absolute_url()}#p{post.pk}"
    if request.POST.get("suite") == reverse("feeds:home"):
        return f"{reverse('feeds:home')}#p{post.pk}"
    return post.get_absolute_url()


def refuse(form: forms.BaseForm, error: ActionError | PermissionDenied) -> None:
    """Show why an action refused, beside the field it is about."""
    field = error.field if isinstance(error, ActionError) else None
    form.add_error(field if field in form.fields else None, str(error))


def _only_rearranges(request: AccountRequest) -> bool:
    """True when, without scripts, a button added or took out an image, or moved to a group."""
    return any(name in request.POST for name in ("ajouter", "retirer", "choisir"))


def take_images(request: AccountRequest, form: TextForm) -> str | None:
    """Receive the files that came with the form and take out the image asked for; give the refusal, if any.

    Images stay with the form from then on, whatever else is wrong with it.
    """
    if not request.FILES and "retirer" not in request.POST:
        return None
    chosen = list(form.images)
    if removed := _uuid(request.POST.get("retirer")):
        for image in chosen:
            if image.pk == removed and image.post_id is None:
                images.remove_upload(account=request.user, media=image)
        chosen = [image for image in chosen if image.pk != removed]
    problem = None
    for file in request.FILES.getlist("images"):
        if not file:
            continue
        if len(chosen) >= form.max_images:
            problem = ngettext("Au plus %(most)s image.", "Au plus %(most)s images.", form.max_images)
            problem %= {"most": form.max_images}
            break
        try:
            ratelimits.check(request, "media")
            chosen.append(images.receive_upload(account=request.user, owner=request.actor, file=file))
        except ActionError as error:
            problem = error.message
    form.replace_images(chosen)
    return problem


def _composer_page(request: AccountRequest, form: PostForm) -> HttpResponse:
    in_reply_to = form.in_reply_to
    context: dict[str, Any] = {
        "form": form,
        "faces": form.faces,
        "answered": _cards(request.user, [in_reply_to])[:1] if in_reply_to is not None else [],
        "reply_refusal": refusal("feeds.reply_post", request.user, in_reply_to) if in_reply_to else None,
        "groups": [] if in_reply_to else _groups(request),
        "drafts_count": Draft.objects.filter(account=request.user).count(),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "feeds/post_form.html", context, status=status)


def _groups(request: AccountRequest) -> Iterable[Group]:
    """List the groups one may publish in."""
    member = GroupMembership.objects.active().filter(actor=request.actor)
    return (
        Group.objects.active()
        .filter(memberships__in=member)
        .select_related("actor")
        .order_by("actor__display_name")
    )


def _answered(request: AccountRequest) -> Post | None:
    """Find the post that is answered, if the reader may see it."""
    raw = request.POST.get("in_reply_to") or request.GET.get("reponse")
    if not raw:
        return None
    readable = Post.objects.visible_to(request.user).originals()
    return get_object_or_404(
        readable.select_related("author", "thread_root", "group__actor"), pk=read_id(raw) or 0
    )


def _chosen_group(request: AccountRequest) -> Group | None:
    """Find the group one writes in; `choisir` is a button that moves what is typed there."""
    if "choisir" in request.POST:
        handle = request.POST["choisir"]
    else:
        handle = request.POST.get("groupe") or request.GET.get("groupe") or ""
    if not handle:
        return None
    return get_object_or_404(Group.objects.active().select_related("actor"), actor__handle=handle)


def _asked_draft(request: AccountRequest) -> Draft | None:
    pk = _uuid(request.GET.get("brouillon"))
    return get_object_or_404(Draft, account=request.user, pk=pk) if pk else None


def _uuid(value: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(value or "")
    except ValueError:
        return None


def _cards(account: Any, rows: Iterable[Post]) -> list[cards.Card]:
    return cards.build(account, rows)


@login_not_required
@require_GET
def post_detail(request: VisitorRequest, handle: str, pk: int) -> HttpResponse:
    """Show a post within its conversation: what it answers, then everything that answers it."""
    post = find_post(request, handle, pk)
    after = read_id(request.GET.get("apres", ""))
    if after is None and "apres" in request.GET:
        raise Http404
    thread = threads.read(post, request.user, after=after)
    lines = [*thread.ancestors, threads.Line(post.pk, 0), *thread.replies]
    built = {
        card.row_id: card
        for card in cards.build(
            request.user, [Row(line.id, None, 0) for line in lines if not line.is_tombstone]
        )
    }
    account = request.user if isinstance(request.user, Account) else None
    reply_refusal = refusal("feeds.reply_post", account, post) if account else None
    speaking = faces(account) if account else []
    context = {
        "post": post,
        "thread": thread,
        "cards": built,
        "card": built.get(post.pk),
        "is_continued": after is not None,
        "more": f"{request.path}?apres={thread.after}" if thread.after else None,
        "reply_refusal": reply_refusal,
        "faces": speaking,
        "form": PostForm.for_account(account, faces=speaking, in_reply_to=post)
        if account and reply_refusal is None
        else None,
        "og": open_graph(post, built.get(post.pk)),
        "refusals": _refusals(request, post),
        "is_indexable": post.visibility == Visibility.PUBLIC and post.author.is_indexable,
    }
    response = render(request, "feeds/post_detail.html", context, block="conversation")
    if not context["is_indexable"]:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _refusals(request: VisitorRequest, post: Post) -> list[str]:
    """Give its author the reasons why images of the post are missing; nobody else is told."""
    if request.actor is None or post.author_id != request.actor.pk:
        return []
    refused = post.media.filter(state=MediaAttachment.State.REFUSED)
    return list(refused.values_list("refusal", flat=True))


def open_graph(post: Post, card: cards.Card | None) -> dict[str, str] | None:
    """Say what other sites may show of a public post: never what a warning or « sensible » covers."""
    if post.visibility != Visibility.PUBLIC:
        return None
    covered = bool(post.content_warning)
    pictures = [p for p in card.post.pictures if p.is_ready] if card is not None else []
    picture = pictures[0] if pictures and not covered and not post.is_sensitive else None
    return {
        "description": post.content_warning if covered else Truncator(post.text).chars(OG_DESCRIPTION),
        "image": picture.url if picture else "",
        "image_alt": picture.alt if picture else "",
    }


@require_http_methods(["GET", "POST"])
def post_edit(request: AccountRequest, handle: str, pk: int) -> HttpResponse:
    """Change one's post; every version stays readable."""
    post = find_post(request, handle, pk)
    authorize("feeds.edit_post", request.user, post)
    if request.method == "GET":
        initial = {
            "text": post.text,
            "content_warning": post.content_warning,
            "is_sensitive": post.is_sensitive,
            "media": [str(media.pk) for media in post.media.exclude(state=MediaAttachment.State.REFUSED)],
        }
        return _edit_page(request, post, TextForm(initial=initial, account=request.user, post=post))
    form = TextForm(request.POST, account=request.user, post=post)
    problem = take_images(request, form)
    if problem is None and not _only_rearranges(request) and form.is_valid():
        try:
            ratelimits.check(request, "post")
            posts.edit_post(
                account=request.user,
                post=post,
                text=form.cleaned_data["text"],
                content_warning=form.cleaned_data["content_warning"],
                is_sensitive=form.cleaned_data["is_sensitive"],
                media=form.cleaned_data["media"],
            )
        except (ActionError, PermissionDenied) as error:
            refuse(form, error)
        else:
            messages.success(request, _("C’est modifié. L’historique garde la version d’avant."))
            return HttpResponseRedirect(post.get_absolute_url())
    if _only_rearranges(request):
        form.errors.clear()
    if problem is not None:
        form.add_error("media", problem)
    return _edit_page(request, post, form)


def _edit_page(request: AccountRequest, post: Post, form: TextForm) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "feeds/post_edit.html", {"post": post, "form": form}, status=status)


@login_not_required
@require_GET
def post_history(request: VisitorRequest, handle: str, pk: int) -> HttpResponse:
    """Show what a post said before, and what changed each time, newest first."""
    post = find_post(request, handle, pk)
    states = [
        (revision.written_at, revision.text, revision.content_warning, [m["alt"] for m in revision.media])
        for revision in post.revisions.all()
    ]
    now = [media.alt for media in post.media.exclude(state=MediaAttachment.State.REFUSED)]
    states.append((post.edited_at or post.created_at, post.text, post.content_warning, now))
    versions = []
    for number, (written_at, text, warning, alts) in enumerate(states, start=1):
        before = states[number - 2] if number > 1 else None
        versions.append(
            {
                "number": number,
                "written_at": written_at,
                "text": diffs.words(before[1], text) if before else [("same", text)],
                "warning": diffs.words(before[2], warning) if before else [("same", warning)],
                "had_warning": bool(warning or (before and before[2])),
                "alts": alts,
                "images_changed": bool(before and before[3] != alts),
            }
        )
    context = {"post": post, "versions": versions[::-1]}
    response = render(request, "feeds/post_history.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "POST"])
def post_delete(request: AccountRequest, handle: str, pk: int) -> HttpResponse:
    """Ask in words, then take the post back."""
    post = find_post(request, handle, pk)
    authorize("feeds.delete_post", request.user, post)
    if request.method == "GET":
        return render(
            request, "feeds/post_confirm_delete.html", {"post": post, "card": _cards(request.user, [post])}
        )
    posts.delete_post(account=request.user, post=post)
    messages.success(request, _("C’est supprimé."))
    return HttpResponseRedirect(reverse("feeds:home"))


@require_POST
def post_boost(request: AccountRequest, handle: str, pk: int) -> HttpResponse:
    """Pass a post on (`etat=oui`) or take it back (`etat=non`)."""
    post = find_post(request, handle, pk)
    try:
        ratelimits.check(request, "react")
        if request.POST.get("etat") == "non":
            posts.unboost_post(account=request.user, post=post)
        else:
            posts.boost_post(account=request.user, post=post)
    except (ActionError, PermissionDenied) as error:
        return refused(request, post, str(error))
    return show_actions(request, post)


def show_actions(request: AccountRequest, post: Post) -> HttpResponse:
    """Answer with the row of acts of the card that was used, or go back to the post."""
    if not wants_fragment(request):
        return HttpResponseRedirect(post.get_absolute_url())
    card = card_of(request, post)
    return render(request, "feeds/card_actions.html", {"card": card})


def card_of(request: AccountRequest, post: Post) -> cards.Card:
    """Build the card of a post under the number of the line it stands on (a boost has its own)."""
    built = cards.build(request.user, [post])
    if not built:
        raise Http404
    line = read_id(request.GET.get("ligne", ""))
    if line is not None:
        built[0].row_id = line
    return built[0]


def refused(request: AccountRequest, post: Post, sentence: str) -> HttpResponse:
    """Say why an act on a post was refused, without leaving the page."""
    messages.error(request, sentence)
    if not wants_fragment(request):
        return HttpResponseRedirect(post.get_absolute_url())
    return HttpResponse(status=204, headers={"HX-Redirect": post.get_absolute_url()})
