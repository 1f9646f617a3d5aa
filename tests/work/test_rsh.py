"""WorkerRsh, with ssh in place of rsh: both take the same arguments, and join them.

A real rshd needs a privileged port and the system's accounts; with it the same
results were found as here.
"""

import os

import pytest

from ClusterShell.NodeSet import NodeSet
from ClusterShell.Task import task_self, task_terminate
from ClusterShell.Worker.Rsh import WorkerRsh

pytestmark = pytest.mark.sshd


@pytest.fixture
def task(sshd):
    task = task_self()
    task.set_default("distant_workername", "rsh")
    task.set_info("rsh_path", f"ssh {sshd.options}")
    task.set_info("rcp_path", f"scp {sshd.options}")
    yield task
    task_terminate()


def run(task, command, nodes="n1", **kwargs):
    worker = task.shell(command, nodes=nodes, **kwargs)
    assert isinstance(worker, WorkerRsh)
    task.resume(30)
    return worker


def test_command(task):
    worker = run(task, "echo a; echo b; sh -c 'exit 3'", nodes="n[1-3]")
    assert [bytes(buf) for buf, _ in worker.iter_buffers()] == [b"a\nb"]
    assert [(rc, str(NodeSet.fromlist(nodes))) for rc, nodes in worker.iter_retcodes()] == [
        (3, "n[1-3]")
    ]


def test_output_without_a_final_newline(task):
    """The mark that carries the exit code follows it in the same line."""
    worker = run(task, "printf a; sh -c 'exit 4'")
    assert bytes(worker.node_buffer("n1")) == b"a"
    assert worker.node_retcode("n1") == 4


def test_output_that_is_no_text(task):
    worker = run(task, "printf '\\377\\n'")
    assert bytes(worker.node_buffer("n1")) == b"\xff"
    assert worker.node_retcode("n1") == 0


def test_mark_that_is_no_exit_code(task):
    """A line of output that looks like one is a line, however many digits it has."""
    worker = run(task, "echo XXRETCODE: $(yes 1 | head -5000 | tr -d '\\n'); sh -c 'exit 3'")
    assert bytes(worker.node_buffer("n1")) == b"XXRETCODE: " + 5000 * b"1"
    assert worker.node_retcode("n1") == 3


def test_standard_error_apart(task):
    worker = run(task, "echo out; echo err >&2", stderr=True)
    assert bytes(worker.node_buffer("n1")) == b"out"
    assert bytes(worker.node_error("n1")) == b"err"


def test_standard_input(task):
    worker = task.shell("cat", nodes="n1")
    worker.write(b"in\nput")
    worker.set_write_eof()
    task.resume(30)
    assert bytes(worker.node_buffer("n1")) == b"in\nput"


def test_unreachable(task):
    worker = run(task, "echo a", nodes="n1,down1")
    assert (worker.node_retcode("n1"), worker.node_retcode("down1")) == (0, 255)
    assert b"Connection refused" in bytes(worker.node_buffer("down1"))


def test_user(task):
    task.set_info("rsh_user", "no-such-user")
    assert b"Permission denied" in bytes(run(task, "id").node_buffer("n1"))


def test_host_names(task):
    nodes = NodeSet("n1")
    nodes.update(NodeSet.fromlist(["-oProxyCommand=x"], resolver=None))
    worker = run(task, "echo a", nodes=nodes)
    assert bytes(worker.node_buffer("n1")) == b"a"
    assert b"refused for rsh host name" in bytes(worker.node_buffer("-oProxyCommand=x"))
    assert worker.node_retcode("-oProxyCommand=x") == 255


def test_copies(task, tmp_path):
    (tmp_path / "file").write_text("text\n")
    os.utime(tmp_path / "file", (1_000_000_000, 1_000_000_000))
    (tmp_path / "dest").mkdir()
    task.copy(str(tmp_path / "file"), str(tmp_path / "dest"), nodes="n1", preserve=True)
    task.rcopy(str(tmp_path / "file"), str(tmp_path / "dest"), nodes="n[1-2]")
    task.resume(30)
    assert sorted(os.listdir(tmp_path / "dest")) == ["file", "file.n1", "file.n2"]
    assert os.stat(tmp_path / "dest" / "file").st_mtime == 1_000_000_000
    assert task.max_retcode() == 0


def test_missing_program(task):
    task.set_info("rsh_path", "/nonexistent/rsh")
    worker = run(task, "true")
    assert bytes(worker.node_buffer("n1")) == b"/nonexistent/rsh: No such file or directory"
    assert worker.node_retcode("n1") == 255
