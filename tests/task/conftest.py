"""Tasks in threads of their own."""

import pytest

from ClusterShell.Task import Task


@pytest.fixture
def other():
    """Return a task with a thread of its own."""
    task = Task()
    yield task
    task.abort(kill=True)
    task.join()
    assert not task.thread.is_alive()
