"""What a task does for its tree workers: one router, and one channel to each gateway.

A task that has no topology loads none of it.
"""

from __future__ import annotations

from ClusterShell._lazy import import_module

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


class GatewayVerbs:
    """The part of a Task that tree workers, and the channels of gateways, call."""

    topology: Any
    router: Any
    info: Any

    def _default_router(self, router: Any = None) -> Any:
        """Return the router that the task's tree workers share; make or set it if needed."""
        if self.router is None:
            if router is None:
                propagation = import_module("ClusterShell.Propagation")
                router = propagation.PropagationTreeRouter(
                    str(self.topology.root.nodeset), self.topology, self.info("fanout")
                )
            self.router = router
        return self.router

    def _pchannel(self, gateway: Any, metaworker: Any) -> Any:
        """Return the channel to *gateway*, made if there is none, and count *metaworker* in."""
        gateways = import_module("ClusterShell._tree.gateways")
        channel = gateways.channel_to(self, gateway, metaworker, join=True)
        if channel is None:
            channel = import_module("ClusterShell.Propagation").PropagationChannel(self, gateway)
            gateways.open_channel(self, gateway, metaworker, channel)
        return channel

    def _pchannel_release(self, gateway: Any, metaworker: Any) -> None:
        """Count *metaworker* out of the channel to *gateway*; abort it if none is left."""
        import_module("ClusterShell._tree.gateways").release(self, gateway, metaworker)

    def _pchannel_close(self, gateway: Any, chanworker: Any) -> None:
        """The channel to *gateway* has closed: return the workers that it has served."""
        return import_module("ClusterShell._tree.gateways").forget(self, gateway, chanworker)
