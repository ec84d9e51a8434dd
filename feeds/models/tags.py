"""Hashtags (mots-clics), over django-taggit."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase


class Tag(TagBase):
    """A hashtag: `name` as first written (CamelCase kept), `slug` folded (lower case, no accents)."""

    class Meta:
        verbose_name = _("mot-clic")
        verbose_name_plural = _("mots-clics")

    def get_absolute_url(self) -> str:
        return reverse("feeds:tag-timeline", args=[self.slug])


class TaggedPost(ItemBase):
    """A hashtag on a post."""

    content_object = models.ForeignKey(
        "feeds.Post", models.CASCADE, related_name="tagged", db_index=False, db_column="post_id"
    )
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged_posts", db_index=False)

    class Meta:
        verbose_name = _("mot-clic d’une publication")
        verbose_name_plural = _("mots-clics des publications")
        constraints = (models.UniqueConstraint(fields=("content_object", "tag"), name="post_tagged_once"),)
        indexes = (models.Index(fields=("tag", "-content_object"), name="tagged_post_by_tag"),)
