"""Settings: how one appears, what one opens, which language and theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coop import settings_pages
from coop.actions import accounts, profile
from coop.errors import ActionError
from coop.forms.profile import AppearanceForm, FaceForm, PrivacyForm
from coop.http import remember_language, render

if TYPE_CHECKING:
    from django.http import HttpResponse

    from coop.http import AccountRequest


@require_safe
def index(request: AccountRequest) -> HttpResponse:
    """List the settings."""
    return render(request, "coop/settings.html", {"pages": settings_pages.pages()})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: AccountRequest) -> HttpResponse:
    """Change one's own face."""
    form = FaceForm(request.POST or None, request.FILES or None, instance=request.actor)
    if request.method == "POST" and not form.is_choosing_region and form.is_valid():
        data = form.cleaned_data
        try:
            profile.edit_face(
                account=request.user,
                actor=request.actor,
                display_name=data["display_name"],
                summary=data["summary"],
                region=data["region"],
                municipality=data["municipality"],
                avatar_alt=data["avatar_alt"],
                picture=data["picture"],
                remove_picture=data["remove_picture"],
            )
        except ActionError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, _("Ton profil est enregistré."))
            return HttpResponseRedirect(reverse("coop:settings-profile"))
    elif form.is_choosing_region:
        form.errors.clear()
    request.actor.refresh_from_db(fields=["avatar", "display_name", "handle"])
    return render(request, "coop/settings_profile.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def privacy(request: AccountRequest) -> HttpResponse:
    """Choose what is open."""
    form = PrivacyForm(request.POST if request.method == "POST" else None, account=request.user)
    if request.method == "POST" and form.is_valid():
        profile.choose_privacy(account=request.user, choices=form.chosen())
        messages.success(request, _("Tes choix sont enregistrés."))
        return HttpResponseRedirect(reverse("coop:settings-privacy"))
    return render(request, "coop/settings_privacy.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def appearance(request: AccountRequest) -> HttpResponse:
    """Choose the language and the theme."""
    form = AppearanceForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        account = profile.choose_appearance(account=request.user, **form.cleaned_data)
        with translation.override(account.language):
            messages.success(request, _("C’est enregistré."))
        response = HttpResponseRedirect(reverse("coop:settings-appearance"))
        remember_language(response, account.language)
        return response
    return render(request, "coop/settings_appearance.html", {"form": form})


@require_POST
def end_session(request: AccountRequest, pk: int) -> HttpResponse:
    """Make one device leave."""
    accounts.end_session(account=request.user, session_id=pk)
    messages.success(request, _("Cet appareil est sorti."))
    return HttpResponseRedirect(reverse("usersessions_list"))
