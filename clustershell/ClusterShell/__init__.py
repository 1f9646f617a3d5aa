"""ClusterShell: name the nodes of a cluster in sets, run commands on all of
them in parallel, read the merged output.

The modules below this package are the public API; names that begin with an
underscore are machinery.  ``ClusterShell.Task`` is where most programs start::

    from ClusterShell.Task import task_self
    from ClusterShell.NodeSet import NodeSet

    task = task_self()
    task.run("uname -r", nodes="node[1-40]")
    for buf, nodes in task.iter_buffers():
        print(NodeSet.fromlist(nodes), buf.message().decode())

``__version__`` starts with the version of the ClusterShell API implemented
here (also in ``__version_info__``) and ends with the release of this build.
"""

__version__ = "1.10.1+cy.1"
__version_info__ = (1, 10, 1)
__date__ = "2026/11/22"
__author__ = "The ClusterShell performance edition developers"
__url__ = "https://clustershell.readthedocs.io/"
