"""A switch that is followed, for every test of this folder that wants one."""

from tests.controller.test_node import switch, watch  # noqa: F401
