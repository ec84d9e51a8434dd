"""What each route is about: arguments, who may come in, what is others' own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone

from coop.mail import unsubscribe_url
from coop.models import Account, DataExport
from feeds.models import Visibility
from tests.factories.coop import (
    make_account,
    make_delegate,
    make_notification,
    make_organisation,
    make_region,
)
from tests.factories.feeds import (
    make_block,
    make_bookmark,
    make_draft,
    make_filter,
    make_follow,
    make_group,
    make_group_membership,
    make_list,
    make_media,
    make_pack,
    make_poll,
    make_post,
)

if TYPE_CHECKING:
    from collections.abc import Callable


# -------------------------------------------------------------------------------------------------
# Who walks, and among what


class World(NamedTuple):
    """Marie's things, and the people around them."""

    people: dict[str, Account | None]
    things: dict[str, Any]


def make_world() -> World:
    region = make_region("01")
    names = ("marie", "luc", "membre", "moderation", "bloque", "deleguee", "suspendue", "partante")
    people: dict[str, Account | None] = {name: make_account(name, region=region) for name in names}
    people["visiteur"] = None
    marie = people["marie"]
    now = timezone.now()
    people["suspendue"].actor.suspended_at = now
    people["suspendue"].actor.save()
    people["partante"].deletion_requested_at = now
    people["partante"].save()
    make_block(marie, people["bloque"])
    organisation = make_organisation("theatre", manager=marie, region=region)
    make_delegate(organisation, people["deleguee"])
    group = make_group(
        "cercle", members=[marie, people["membre"]], moderators=[people["moderation"]], join_policy="request"
    )
    post = make_post(marie, "Un mot #place", group=group)
    make_poll(post)
    session = UserSession.objects.create(
        user=marie, session_key="k" * 32, ip="127.0.0.1", user_agent="essai", last_seen_at=now
    )
    hidden = make_post(marie, "Entre nous #place", visibility=Visibility.MENTIONED)
    make_bookmark(marie, post)
    things = {
        "region": region,
        "post": post,
        "hidden": hidden,
        "group": group,
        "asking": make_group_membership(group, make_account("demandeur"), joined=False),
        "request": make_follow(make_account("curieuse"), marie, accepted=False),
        "list": make_list(marie, members=[people["luc"]]),
        "filter": make_filter(marie),
        "draft": make_draft(marie, in_reply_to=post),
        "media": make_media(marie),
        "notification": make_notification(marie, kind="mention", actor=marie.actor, subject_id=post.pk),
        "export": DataExport.objects.create(account=marie, state=DataExport.State.READY, finished_at=now),
        "pack": make_pack(marie, members=[people["luc"]]),
        "delegate": organisation.delegates.get(account=people["deleguee"]),
        "session": session,
        "key": Authenticator.objects.create(
            user=make_account("cle"), type=Authenticator.Type.WEBAUTHN, data={"name": "Clé", "credential": {}}
        ),
    }
    return World(people, things)


def on_post(name: str = "post") -> Callable[[World], list[Any]]:
    return lambda world: [world.things[name].author.handle, world.things[name].pk]


def on(name: str) -> Callable[[World], list[Any]]:
    return lambda world: [world.things[name].pk]


def fixed(*values: Any) -> Callable[[World], list[Any]]:
    return lambda world: list(values)


#: What each route that takes arguments is about. Routes without arguments need no entry.
ARGUMENTS: dict[str, Callable[[World], list[Any]]] = {
    "account_reset_password_from_key": fixed("1", "faux-cle"),
    "mfa_remove_webauthn": on("key"),
    "mfa_edit_webauthn": on("key"),
    "media": fixed("images/absente.webp"),
    "coop:notification-open": on("notification"),
    "coop:unsubscribe": lambda world: [unsubscribe_url(world.people["marie"]).rpartition("/")[2]],
    "coop:end-session": on("session"),
    "coop:export-download": on("export"),
    "coop:organisation-settings": fixed("theatre"),
    "coop:organisation-delegates": fixed("theatre"),
    "coop:end-delegation": lambda world: ["theatre", world.things["delegate"].pk],
    "feeds:region": lambda world: [world.things["region"].slug],
    "feeds:media-state": on("media"),
    "feeds:media-remove": on("media"),
    "feeds:draft-delete": on("draft"),
    "feeds:follow-decide": on("request"),
    "feeds:filter-edit": on("filter"),
    "feeds:filter-delete": on("filter"),
    "feeds:group-decide": lambda world: ["cercle", world.things["asking"].pk],
    "feeds:post-ungroup": on_post(),
    "feeds:poll-vote": on_post(),
    "feeds:thread-mute": on_post(),
    **{f"feeds:{name}": fixed("place") for name in ("tag-timeline", "tag-follow", "tag-atom")},
    **{
        f"feeds:post-{name}": on_post()
        for name in ("detail", "edit", "history", "delete", "boost", "acts", "favourite", "bookmark")
    },
    **{
        f"feeds:{name}": fixed("marie")
        for name in (
            "profile",
            "profile-replies",
            "profile-media",
            "followers",
            "followed",
            "follow",
            "show-boosts",
            "block",
            "mute",
            "actor-lists",
            "actor-atom",
        )
    },
    **{
        f"feeds:{name}": fixed("cercle")
        for name in (
            "group",
            "group-join",
            "group-leave",
            "group-members",
            "group-requests",
            "group-settings",
            "group-atom",
        )
    },
    **{f"feeds:{name}": on("list") for name in ("list", "list-edit", "list-delete", "list-members")},
    **{
        f"feeds:{name}": lambda world: [world.things["pack"].slug]
        for name in ("pack", "pack-follow", "pack-leave", "pack-edit", "pack-delete")
    },
}

#: What visitors may open. Everything else sends them to the door.
PUBLIC = {
    "health-alive",
    "health-ready",
    "media",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "coop:set-language",
    "coop:manifest",
    "coop:service-worker",
    "coop:offline",
    "coop:gallery",
    "coop:robots",
    "coop:unsubscribe",
    "coop:too-young",
    "coop:suggest-handle",
    "coop:terms",
    "coop:privacy-policy",
    "coop:parameters",
    "coop:municipalities",
    "coop:organisations",
    "feeds:home",
    "feeds:public",
    "feeds:region",
    "feeds:tag-timeline",
    "feeds:post-detail",
    "feeds:post-history",
    "feeds:profile",
    "feeds:profile-replies",
    "feeds:profile-media",
    "feeds:followers",
    "feeds:followed",
    "feeds:groups",
    "feeds:group",
    "feeds:search",
    "feeds:packs",
    "feeds:pack",
    "feeds:actor-atom",
    "feeds:group-atom",
    "feeds:tag-atom",
}

#: What is Marie's alone: 404 for whom it does not exist; 403, with the reason, where it may be seen but not
#: acted on. For Luc, who has an account and nothing to do with her.
OTHERS_MAY_NOT: dict[str, int] = {
    "mfa_remove_webauthn": 404,
    "mfa_edit_webauthn": 404,
    "coop:notification-open": 404,
    "coop:export-download": 404,
    "coop:organisation-settings": 403,
    "coop:organisation-delegates": 403,
    "coop:end-delegation": 403,
    "feeds:media-state": 404,
    "feeds:follow-decide": 404,
    "feeds:filter-edit": 404,
    "feeds:filter-delete": 404,
    "feeds:list": 404,
    "feeds:list-edit": 404,
    "feeds:list-delete": 404,
    "feeds:list-members": 404,
    "feeds:post-edit": 403,
    "feeds:post-delete": 403,
    "feeds:post-ungroup": 403,
    "feeds:group-members": 403,
    "feeds:group-requests": 403,
    "feeds:group-settings": 403,
    "feeds:group-decide": 403,
    "feeds:pack-edit": 404,
    "feeds:pack-delete": 404,
}

#: Everything about one post: for a post that is not addressed to the reader, 404 whatever is asked.
ABOUT_A_POST = sorted(
    name for name, make in ARGUMENTS.items() if name.startswith(("feeds:post-", "feeds:poll-"))
)
