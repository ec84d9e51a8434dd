"""Rows of the Fil. One file per subject; import them from here."""

from feeds.models.drafts import Draft
from feeds.models.filters import Filter
from feeds.models.graph import Block, Follow, FollowedTag, Mute, MutedThread
from feeds.models.groups import Group, GroupMembership
from feeds.models.lists import List, ListMember
from feeds.models.marks import Bookmark, Favourite, ReadingMark
from feeds.models.media import MediaAttachment
from feeds.models.packs import Interest, StarterPack, StarterPackMember
from feeds.models.polls import Poll, PollOption, PollVote
from feeds.models.posts import ActorActivity, Mention, Post, PostRevision, PostSearch, PostStats
from feeds.models.tags import Tag, TaggedPost
from feeds.models.visibility import ReplyControl, Visibility

__all__ = [
    "ActorActivity",
    "Block",
    "Bookmark",
    "Draft",
    "Favourite",
    "Filter",
    "Follow",
    "FollowedTag",
    "Group",
    "GroupMembership",
    "Interest",
    "List",
    "ListMember",
    "MediaAttachment",
    "Mention",
    "Mute",
    "MutedThread",
    "Poll",
    "PollOption",
    "PollVote",
    "Post",
    "PostRevision",
    "PostSearch",
    "PostStats",
    "ReadingMark",
    "ReplyControl",
    "StarterPack",
    "StarterPackMember",
    "Tag",
    "TaggedPost",
    "Visibility",
]
