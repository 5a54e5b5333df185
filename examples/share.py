#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shares a note under a code, and finds it again: share.py ADDRESS CODE, with the address of any node."""
import sys

import gi
gi.require_version("Kad", "1")
from gi.repository import GLib, Kad  # noqa: E402


def wait(operation):
    """Runs the main loop until an operation is done."""
    while not operation.props.done:
        GLib.MainContext.default().iteration(True)
    if operation.props.error is not None:
        sys.exit(operation.props.error.message)
    return operation


address, code = sys.argv[1:]
config = Kad.NodeConfig.new()
config.add_listen("/ip4/127.0.0.1/tcp/0")
config.add_bootstrap(address)
node = Kad.Node.new(config)
wait(node.begin_join())

key = Kad.Key.text_parse(f"text:{code}", Kad.KeyUse.RECORD, False)
wait(node.begin_put_record(key, GLib.Bytes.new(b"the album is in the blue folder"), None))
share = Kad.Key.text_parse(f"text:{code}", Kad.KeyUse.PROVIDER, False)
announced = wait(node.begin_start_provide(share, True))
print(f"announced to {announced.props.stored} peers")

providers = node.begin_get_providers(share, 0)
providers.connect("items-changed", lambda found, at, *_: print("provided by", found[at].props.peer))
wait(providers)
record = wait(node.begin_get_record(key, None))
best = record[len(record) - 1]
print("the record says:", best.props.value.get_data().decode())
