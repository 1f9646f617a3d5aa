"""The kernel that sees whether methods of objects are as they were, in both lives."""

import pytest


class Owner:
    def hook(self):
        pass

    def other(self):
        pass


class TestHooks:
    def hooks(self, kernel):
        return kernel("attributes").Hooks(Owner, "hook", "other")

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
