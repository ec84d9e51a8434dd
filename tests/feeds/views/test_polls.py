import pytest
from django.urls import reverse

from tests.factories.coop import make_account
from tests.factories.feeds import make_poll, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def marie():
    return make_account("marie")


@pytest.fixture
def jean():
    return make_account("jean")


def address(name, post):
    return reverse(f"feeds:{name}", args=[post.author.handle, post.pk])


def test_voting_then_seeing_the_results(client_for, marie, jean):
    post = make_post(marie, "Thé ou café?")
    poll = make_poll(post, ("Thé", "Café"))
    option = poll.options.first()
    client = client_for(jean)
    response = client.post(
        address("poll-vote", post),
        {"options": [option.pk]},
        headers={"HX-Request": "true"},
    )

    assert "100" in response.content.decode() and "data-mine" in response.content.decode()
    huge = client.post(address("poll-vote", post), {"options": ["9" * 5000, "9" * 18, "un"]})
    assert huge.status_code == 302
    again = client.post(address("poll-vote", post), {"options": [option.pk]}, follow=True)
    assert "déjà répondu" in again.content.decode()
    assert client_for(None).post(address("poll-vote", post), {"options": [option.pk]}).status_code == 302
