"""Connections of the server send small messages at once."""

from __future__ import annotations

import asyncio
import socket

from cnnviz.ui.serving.at_once import without_delay


async def connections_of(family: int) -> list[bool]:
    """Whether Nagle's algorithm is off on a connection of a server as Streamlit makes it.

    Before and after `without_delay`.
    """
    seen: asyncio.Future[list[bool]] = asyncio.get_running_loop().create_future()

    class Protocol(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            own = transport.get_extra_info("socket")
            found = [bool(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))]
            without_delay(own)
            found.append(bool(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
            seen.set_result(found)

    listening = socket.socket(family=family)  # as streamlit's _bind_socket does
    listening.bind(("127.0.0.1", 0))
    server = await asyncio.get_running_loop().create_server(Protocol, sock=listening)
    async with server:
        _, writer = await asyncio.open_connection(*listening.getsockname())
        try:
            return await seen
        finally:
            writer.close()


def test_a_socket_as_streamlit_makes_it_waits_and_ours_does_not() -> None:
    """The first is what asyncio leaves on; if an update ends that, `at_once` may go."""
    assert asyncio.run(connections_of(socket.AF_INET)) == [False, True]


def test_what_is_no_socket_of_tcp_is_left_alone() -> None:
    without_delay(None)
    ours, theirs = socket.socketpair()
    without_delay(ours)
    ours.close()
    theirs.close()
