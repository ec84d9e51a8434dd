"""The door: what allauth's views leave to us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.views import SignupView as BaseSignupView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coop import handles, parameters
from coop.account_parameters import MINIMUM_AGE
from coop.actions import accounts
from coop.errors import ActionError
from coop.http import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from coop.forms.accounts import SignupForm
    from coop.http import AccountRequest


class SignupView(BaseSignupView):
    """Open an account; a name taken in the very same second is said beside its field."""

    def form_valid(self, form: SignupForm) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except ActionError as error:
            form.add_error(error.field, error.message)
            response = self.form_invalid(form)
        return response


signup = SignupView.as_view()


@login_not_required
@require_safe
def too_young(request: HttpRequest) -> HttpResponse:
    """Say kindly why the door stays closed before 14 years; nothing about the person was kept."""
    return render(request, "account/too_young.html", {"age": parameters.get(MINIMUM_AGE.name)})


@login_not_required
@require_safe
def suggest_handle(request: HttpRequest) -> HttpResponse:
    """Give a free handle for a name, while it is being typed."""
    name = request.GET.get("display_name", "")[:80].strip()
    suggestion = handles.free_suggestion(name) if name else ""
    return render(request, "account/_handle_suggestion.html", {"suggestion": suggestion})


@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: AccountRequest) -> HttpResponse:
    """Offer someone whose account is being deleted to keep it."""
    if request.method == "POST":
        accounts.cancel_deletion(account=request.user)
        messages.success(request, _("Ton compte reste ouvert. Bon retour!"))
    if not request.user.is_leaving:
        return HttpResponseRedirect("/")
    return render(request, "account/come_back.html", {"erased_at": accounts.erasure_of(request.user)})
