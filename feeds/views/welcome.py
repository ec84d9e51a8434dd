"""The welcome of a newcomer: three short steps, each may be skipped, in any order, on any device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coop.http import AccountRequest, render
from coop.models import Actor, Preferences, Region
from coop.region_map import region_map
from feeds import packs as pack_reads
from feeds import relations, suggestions
from feeds.actions import welcome
from feeds.forms.welcome import AudienceForm, InterestForm, WhereForm
from feeds.models import Follow, Interest

if TYPE_CHECKING:
    from feeds.models import Tag

ENOUGH_VOICES = 5
STEPS = ("feeds:welcome-region", "feeds:welcome-voices", "feeds:welcome-audience")
SESSION_STEP = "welcome_step"


def step_labels() -> list[str]:
    return [_("Où tu vis"), _("Cinq voix"), _("Qui te lit")]


def page(
    request: AccountRequest, number: int, template: str, context: dict[str, Any], **kwargs: Any
) -> HttpResponse:
    """Render one step; where one is, is remembered, so that one can come back later."""
    request.session[SESSION_STEP] = number
    values = {
        "steps": step_labels(),
        "number": number,
        "previous": reverse(STEPS[number - 2]) if number > 1 else None,
        "next": reverse(STEPS[number]) if number < len(STEPS) else None,
    }
    return render(request, template, values | context, **kwargs)


@require_GET
def resume(request: AccountRequest) -> HttpResponse:
    """Go to the step where one was; on a new device, to the first that is not done."""
    number: int | None = request.session.get(SESSION_STEP)
    if number is None:
        few = Follow.objects.accepted().filter(follower=request.actor)[:ENOUGH_VOICES].count() < ENOUGH_VOICES
        number = 1 if request.actor.region_id is None else 2 if few else 3
    return HttpResponseRedirect(reverse(STEPS[number - 1]))


@require_http_methods(["GET", "POST"])
def region(request: AccountRequest) -> HttpResponse:
    """Step one: a region and, if one likes, a municipality. The map and the list say the same."""
    face = Actor.objects.get(pk=request.actor.pk)
    if request.method == "POST":
        form = WhereForm(request.POST, instance=face)
        if not form.is_choosing_region and form.is_valid():
            welcome.settle(
                account=request.user,
                region=form.cleaned_data["region"],
                municipality=form.cleaned_data["municipality"],
            )
            return HttpResponseRedirect(reverse("feeds:welcome-voices"))
        if form.is_choosing_region:
            form.errors.clear()
    else:
        asked = Region.objects.filter(code=request.GET.get("region", "")[:2]).first()
        if asked is not None and asked.pk != face.region_id:
            face.region, face.municipality = asked, None
        form = WhereForm(instance=face)
    chosen = form["region"].value()
    chosen = chosen.pk if isinstance(chosen, Region) else chosen
    here = reverse("feeds:welcome-region")
    context = {
        "form": form,
        "map": region_map(
            links={
                code: f"{here}?region={code}#choix" for code in Region.objects.values_list("pk", flat=True)
            },
            current=chosen or None,
            title=_("Choisir une région sur la carte"),
        ),
    }
    return page(request, 1, "feeds/welcome_region.html", context)


@require_GET
def voices(request: AccountRequest) -> HttpResponse:
    """Step two: suggested voices with the rule that chose them, and the starter packs of the region."""
    offered = offered_subjects(request)
    chosen = Interest.objects.filter(actor=request.actor).values_list("tag__slug", flat=True)
    found = suggestions.voices(request.user)
    ties = relations.ties(request.actor, [suggestion.actor.pk for suggestion in found])
    context = {
        "form": InterestForm(offered=offered, initial={"subjects": list(chosen)}),
        "suggestions": [(suggestion, ties[suggestion.actor.pk]) for suggestion in found],
        "followed": Follow.objects.filter(follower=request.actor)[:ENOUGH_VOICES].count(),
        "enough": ENOUGH_VOICES,
        "packs": pack_reads.for_newcomer(request.actor),
    }
    return page(request, 2, "feeds/welcome_voices.html", context)


def offered_subjects(request: AccountRequest) -> list[Tag]:
    """List the subjects of the day, and those that this person chose before."""
    mine = [row.tag for row in Interest.objects.filter(actor=request.actor).select_related("tag")]
    return list({tag.pk: tag for tag in [*suggestions.subjects(), *mine]}.values())


@require_POST
def interests(request: AccountRequest) -> HttpResponse:
    """Keep the chosen subjects, and show suggestions that know them."""
    form = InterestForm(request.POST, offered=offered_subjects(request))
    if form.is_valid():
        welcome.choose_interests(account=request.user, tags=form.cleaned_data["subjects"])
    return HttpResponseRedirect(f"{reverse('feeds:welcome-voices')}#voix")


@require_http_methods(["GET", "POST"])
def audience(request: AccountRequest) -> HttpResponse:
    """Step three: usual readers, being found, mail; in plain words, at their most private to begin with."""
    preferences = request.user.preferences
    initial = {
        "default_audience": preferences.default_audience,
        "mail_frequency": preferences.mail_frequency,
        "is_discoverable": request.actor.is_discoverable,
    }
    form = AudienceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        welcome.choose_audience(
            account=request.user,
            default_audience=form.cleaned_data["default_audience"],
            mail_frequency=form.cleaned_data["mail_frequency"],
            is_discoverable=form.cleaned_data["is_discoverable"],
        )
        return _finished(request, "feeds:welcome-done")
    return page(request, 3, "feeds/welcome_audience.html", {"form": form})


@require_POST
def finish(request: AccountRequest) -> HttpResponse:
    """End the welcome here: at the last step, to the page that hands over the pen; before it, home."""
    return _finished(request, "feeds:welcome-done" if request.POST.get("vers") == "fin" else "feeds:home")


def _finished(request: AccountRequest, name: str) -> HttpResponse:
    welcome.finish_welcome(account=request.user)
    request.session.pop(SESSION_STEP, None)
    return HttpResponseRedirect(reverse(name))


@require_GET
def done(request: AccountRequest) -> HttpResponse:
    """Say that it is over, and hand over the pen."""
    is_narrow = request.user.preferences.default_audience == Preferences.Audience.FOLLOWERS
    context = {"greeting": _("Bonjour le Parvis!"), "is_narrow": is_narrow}
    return render(request, "feeds/welcome_done.html", context)
