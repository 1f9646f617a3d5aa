"""Attributes that are made when somebody reads them."""


class Lazy:
    """Decorator of a method that makes the value of an attribute of its name.

    The value is made when it is first read, then kept on the instance; setting
    the attribute replaces it.
    """

    def __init__(self, make):
        self.make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        value = self.make(instance)
        instance.__dict__[self.name] = value
        return value
