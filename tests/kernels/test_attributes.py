"""The kernel that sees whether methods of objects are as they were, in both lives."""

import gc
import sys

import pytest


class Owner:
    def hook(self):
        pass

    def other(self):
        pass


class TestHooks:
    def hooks(self, kernel):
        return kernel("attributes").Hooks(Owner, "hook", "other")

    def test_memory_that_ends_at_any_moment(self, kernel):
        """What a list had no memory for is let go of once; Cython 3.3.1 does so twice."""
        memory = pytest.importorskip("_testcapi", reason="this Python cannot have memory end")
        make, names = kernel("attributes").Hooks, ("hook",) * 40
        make(Owner, *names)
        gc.collect()
        before = sys.getrefcount(Owner.hook)
        for moment in range(1, 10_000):
            memory.set_nomemory(moment, moment + 1)
            try:
                make(Owner, *names)
                break
            except MemoryError:
                pass
            finally:
                memory.remove_mem_hooks()
        assert moment > 3
        gc.collect()
        after = sys.getrefcount(Owner.hook)
        assert after == before

    def test_unchanged(self, kernel):
        class Heir(Owner):
            def more(self):
                pass

        assert self.hooks(kernel).unchanged(Owner())
        assert self.hooks(kernel).unchanged(Heir())

    def test_overridden(self, kernel):
        class Heir(Owner):
            def hook(self):
                pass

        assert not self.hooks(kernel).unchanged(Heir())
        assert not self.hooks(kernel).unchanged(type("Grandchild", (Heir,), {})())

    def test_set_on_the_object(self, kernel):
        owner = Owner()
        hooks = self.hooks(kernel)
        assert hooks.unchanged(owner)
        owner.anything = 1
        assert hooks.unchanged(owner)
        owner.other = owner.other
        assert not hooks.unchanged(owner)
        del owner.other
        assert hooks.unchanged(owner)

    def test_patched_later(self, kernel, monkeypatch):
        hooks, owner = self.hooks(kernel), Owner()
        assert hooks.unchanged(owner)
        monkeypatch.setattr(Owner, "hook", lambda self: None)
        assert not hooks.unchanged(owner)
        monkeypatch.undo()
        assert hooks.unchanged(owner)

    @pytest.mark.parametrize("other", [None, 1, object(), "text", iter("")])
    def test_of_something_else(self, kernel, other):
        assert not self.hooks(kernel).unchanged(other)
