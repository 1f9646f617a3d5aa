"""Copies to and from nodes with scp over a real sshd, and with cp."""

import os

import pytest

from ClusterShell.NodeSet import NodeSet
from ClusterShell.Task import task_self, task_terminate
from ClusterShell.Worker.Ssh import WorkerSsh

OLD = 1_000_000_000


@pytest.fixture
def tree(tmp_path):
    """A folder with a file and a folder in it, and an empty folder."""
    source = tmp_path / "source"
    (source / "sub").mkdir(parents=True)
    (source / "file").write_text("text\n")
    (source / "sub" / "other").write_text("more\n")
    os.utime(source / "file", (OLD, OLD))
    (tmp_path / "dest").mkdir()
    return tmp_path


@pytest.fixture
def task():
    yield task_self()
    task_terminate()


@pytest.fixture
def ssh_task(task, sshd):
    task.set_info("ssh_options", sshd.options)
    return task


def listing(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.sshd
class TestScp:
    def test_file(self, ssh_task, tree):
        worker = ssh_task.copy(str(tree / "source/file"), str(tree / "dest/copy"), nodes="n1")
        assert isinstance(worker, WorkerSsh)
        ssh_task.resume(30)
        assert (tree / "dest/copy").read_text() == "text\n"
        assert os.stat(tree / "dest/copy").st_mtime != OLD
        assert ssh_task.max_retcode() == 0

    def test_folder_and_times(self, ssh_task, tree):
        ssh_task.copy(str(tree / "source"), str(tree / "dest"), nodes="n1", preserve=True)
        ssh_task.resume(30)
        assert listing(tree / "dest") == ["source", "source/file", "source/sub", "source/sub/other"]
        assert os.stat(tree / "dest/source/file").st_mtime == OLD

    def test_back_from_several_nodes(self, ssh_task, tree):
        ssh_task.rcopy(str(tree / "source/file"), str(tree / "dest"), nodes="n[1-3]")
        ssh_task.resume(30)
        assert listing(tree / "dest") == ["file.n1", "file.n2", "file.n3"]
        assert (tree / "dest/file.n2").read_text() == "text\n"

    def test_folder_back(self, ssh_task, tree):
        ssh_task.rcopy(str(tree / "source"), str(tree / "dest"), nodes="n1", preserve=True)
        ssh_task.resume(30)
        assert listing(tree / "dest/source.n1") == ["file", "sub", "sub/other"]
        assert os.stat(tree / "dest/source.n1/file").st_mtime == OLD

    def test_failures_by_node(self, ssh_task, tree):
        worker = ssh_task.copy(str(tree / "source/file"), str(tree / "dest/copy"), "n1,down1")
        ssh_task.resume(30)
        assert worker.node_retcode("n1") == 0
        assert worker.node_retcode("down1") != 0
        assert b"Connection refused" in bytes(worker.node_buffer("down1"))

    def test_missing_source(self, ssh_task, tree):
        worker = ssh_task.copy(str(tree / "none"), str(tree / "dest"), nodes="n1", stderr=True)
        ssh_task.resume(30)
        assert worker.node_retcode("n1") != 0
        assert b"No such file" in bytes(worker.node_error("n1"))

    def test_missing_program(self, ssh_task, tree):
        ssh_task.set_info("scp_path", "/nonexistent/scp")
        worker = ssh_task.copy(str(tree / "source/file"), str(tree / "dest"), nodes="n1")
        ssh_task.resume(30)
        assert worker.node_retcode("n1") == 255
        assert bytes(worker.node_buffer("n1")) == b"/nonexistent/scp: No such file or directory"

    @pytest.mark.parametrize("name", ["-v", "-oProxyCommand=x", "a:b", "with space"])
    def test_names_of_files_that_look_like_something_else(self, ssh_task, tree, monkeypatch, name):
        monkeypatch.chdir(tree / "source")
        (tree / "source" / name).write_text(name)
        ssh_task.copy(name, str(tree / "dest/copy"), nodes="n1")
        ssh_task.resume(30)
        assert (tree / "dest/copy").read_text() == name

    @pytest.mark.parametrize("name", ["..", "../../planted", "a/b", "-oProxyCommand=x"])
    def test_host_names_stay_host_names(self, ssh_task, tree, name):
        """A reverse copy never leaves its folder."""
        nodes = NodeSet("n1")
        nodes.update(NodeSet.fromlist([name], resolver=None))
        before = listing(tree)
        worker = ssh_task.rcopy(str(tree / "source/file"), str(tree / "dest"), nodes=nodes)
        ssh_task.resume(30)
        assert worker.node_retcode(name) == 255
        assert b"refused for scp host name" in bytes(worker.node_buffer(name))
        assert listing(tree) == sorted([*before, "dest/file.n1"])


class TestCp:
    """Copies of the local worker."""

    @pytest.fixture(autouse=True)
    def local(self, task):
        task.set_default("distant_workername", "exec")

    def test_file_for_each_node(self, task, tree):
        task.copy(str(tree / "source/file"), str(tree / "dest/copy.%h"), nodes="n[1-2]")
        task.resume(30)
        assert listing(tree / "dest") == ["copy.n1", "copy.n2"]

    def test_back(self, task, tree):
        task.rcopy(str(tree / "source/file"), str(tree / "dest"), nodes="n[1-2]", preserve=True)
        task.resume(30)
        assert listing(tree / "dest") == ["file.n1", "file.n2"]
        assert os.stat(tree / "dest/file.n1").st_mtime == OLD

    def test_dest_of_a_reverse_copy_is_a_folder(self, task, tree):
        with pytest.raises(ValueError, match="^reverse copy dest must be a directory$"):
            task.rcopy(str(tree / "source/file"), str(tree / "none"), nodes="n1")
