from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from coop.errors import ActionError
from feeds import notices
from feeds.actions.polls import PollInput, announce_closed_polls, check_poll, vote_poll
from feeds.models import Poll, PollOption, Visibility
from tests.factories.coop import make_account
from tests.factories.feeds import make_poll, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def marie():
    return make_account("marie")


@pytest.fixture
def jean():
    return make_account("jean")


def counts(poll):
    return list(PollOption.objects.filter(poll=poll).values_list("votes_count", flat=True))


def test_answering_is_counted_once_and_for_good(marie, jean):
    poll = make_poll(make_post(marie), ("Thé", "Café"))
    tea, coffee = poll.options.all()
    assert vote_poll(account=jean, poll=poll, options=[coffee]).voters_count == 1
    with pytest.raises(ActionError, match="déjà répondu"):
        vote_poll(account=jean, poll=poll, options=[tea])

    assert counts(poll) == [0, 1]


def test_several_answers_only_where_the_poll_allows_them(marie, jean):
    single, multiple = make_poll(make_post(marie)), make_poll(make_post(marie), is_multiple=True)
    with pytest.raises(ActionError, match="une seule"):
        vote_poll(account=jean, poll=single, options=list(single.options.all()))
    vote_poll(account=jean, poll=multiple, options=list(multiple.options.all()))

    assert counts(single) == [0, 0] and counts(multiple) == [1, 1]
    assert Poll.objects.get(pk=multiple.pk).voters_count == 1


def test_no_answer_and_an_answer_of_another_poll_are_refused(marie, jean):
    poll, other = make_poll(make_post(marie)), make_poll(make_post(marie))
    with pytest.raises(ActionError, match="Choisis"):
        vote_poll(account=jean, poll=poll, options=[])
    with pytest.raises(ActionError, match="pas dans le sondage"):
        vote_poll(account=jean, poll=poll, options=[other.options.first()])

    assert counts(poll) == counts(other) == [0, 0]


def test_closed_own_and_hidden_polls_are_not_answered(marie, jean):
    closed = make_poll(make_post(marie), closes_at=timezone.now() - timedelta(minutes=1))
    own = make_poll(make_post(jean))
    hidden = make_poll(make_post(marie, visibility=Visibility.FOLLOWERS))
    for poll, reason in ((closed, "terminé"), (own, "son propre sondage"), (hidden, "ne t’est pas adressée")):
        with pytest.raises(PermissionDenied, match=reason):
            vote_poll(account=jean, poll=poll, options=[poll.options.first()])


@pytest.mark.parametrize(
    ("options", "minutes", "field"),
    [
        (["Oui"], 60, "poll_options"),
        (list("abcdefg"), 60, "poll_options"),
        (["Oui", " "], 60, "poll_options"),
        (["Oui", "oui "], 60, "poll_options"),
        (["Oui", "a" * 81], 60, "poll_options"),
        (["Oui", "Non"], 1, "poll_duration"),
        (["Oui", "Non"], 15 * 24 * 60, "poll_duration"),
    ],
)
def test_a_poll_that_cannot_be_opened_is_refused_with_a_sentence(options, minutes, field):
    now = timezone.now()
    with pytest.raises(ActionError) as refused:
        check_poll(PollInput(options, False, now + timedelta(minutes=minutes)), now=now)

    assert refused.value.field == field and refused.value.message.endswith(".")


def test_the_end_is_told_once(marie, monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr(notices, "poll_closed", lambda poll: told.append(poll.pk))
    over = make_poll(make_post(marie), closes_at=timezone.now() - timedelta(minutes=1))
    make_poll(make_post(marie))
    for expected in (1, 0):
        with django_capture_on_commit_callbacks(execute=True):
            assert announce_closed_polls() == expected

    assert told == [over.pk]
