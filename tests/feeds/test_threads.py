import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import threads
from feeds.threads import Node


@st.composite
def conversations(draw):
    """A random tree: node n answers one of those before it; each is shown, hidden or deleted."""
    size = draw(st.integers(2, 40))
    parents = {1: None} | {pk: draw(st.integers(1, pk - 1)) for pk in range(2, size + 1)}
    states = {pk: draw(st.sampled_from(["shown", "hidden", "deleted"])) for pk in range(2, size + 1)}
    nodes = {pk: Node(parent, 1, states.get(pk) == "deleted") for pk, parent in parents.items()}
    return nodes, {1} | {pk for pk, state in states.items() if state == "shown"}


@given(conversations())
def test_every_shown_answer_comes_once_under_what_it_answers(conversation):
    nodes, shown = conversation
    lines = list(threads.answers(1, nodes, shown))
    ids = [line.id for line in lines]
    depths = {line.id: line.depth for line in lines}

    assert sorted(line.id for line in lines if not line.is_tombstone) == sorted(shown - {1})
    assert len(ids) == len(set(ids))
    for line in lines:
        parent = nodes[line.id].parent
        while parent != 1 and parent not in depths:
            parent = nodes[parent].parent
        if parent == 1:
            assert line.depth == 0
        else:
            assert line.depth == depths[parent] + 1 and ids.index(parent) < ids.index(line.id)


@given(conversations())
def test_only_deleted_posts_that_were_answered_leave_a_mark(conversation):
    nodes, shown = conversation
    for line in threads.answers(1, nodes, shown):
        assert line.is_tombstone == (line.id not in shown)
        if line.is_tombstone:
            assert nodes[line.id].is_deleted
            assert line.id in threads.answered_ids(nodes, shown)


def test_siblings_are_in_order_of_time():
    nodes = {1: Node(None, 1, False), **{pk: Node(1, 1, False) for pk in range(2, 8)}}

    assert [line.id for line in threads.answers(1, nodes, set(nodes))] == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("depth", [10_000])
def test_a_very_deep_conversation_is_no_burden(depth):
    nodes = {1: Node(None, 1, False)} | {pk: Node(pk - 1, 1, False) for pk in range(2, depth)}

    assert len(list(threads.answers(1, nodes, set(nodes)))) == depth - 2
