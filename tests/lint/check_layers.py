#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails if a file includes what its folder may not see.

The build gives each folder only the include directories that it may see; a slash in a quoted include would walk around
that. This checks the slash, and the rule itself, so that an include directory added in a hurry is noticed too.
"""

import pathlib
import re
import sys

import lintlib

# `a <- b`: b may include a, and what a may include. DESIGN.md states the same, chain by chain.
RULE = """
base <- wire
base <- dht
base <- module <- command <- kad-commands
module <- transport <- kad-transports/*
node <- reading <- kad-tools, gui-source
words <- kad-tools, gui-pages
command <- gui-model <- gui-source, gui-widgets
gui-widgets <- gui-pages
gui-source, gui-pages <- gui-app, gui-inspector
node <- gui-inspector
wire, dht, command, transport <- swarm <- node <- kad-testnet <- kad-service, kad-tools
kad-commands <- node
"""

FOLDERS = {
    "base": "kad-core/base", "wire": "kad-core/wire", "dht": "kad-core/dht", "module": "kad-core/module",
    "command": "kad-core/command",
    "transport": "kad-core/transport", "swarm": "kad-core/swarm", "node": "kad-core/node", "kad-commands": "kad-commands",
    "kad-transports/*": "kad-transports", "kad-testnet": "kad-testnet", "kad-service": "kad-service", "kad-tools": "kad-tools",
    "reading": "kad-reading", "words": "kad-words", "gui-model": "kad-gui/model", "gui-source": "kad-gui/source", "gui-widgets": "kad-gui/widgets",
    "gui-pages": "kad-gui/pages", "gui-app": "kad-gui/app", "gui-inspector": "kad-gui/gtk-inspector",
}

# Made from headers of several folders, and where it is made.
GENERATED = {"kad-enum-types.h": "kad-core/node/kad-enum-types.h"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)


def chains(rule):
    return [line.strip() for line in rule.splitlines() if line.strip()]


def allowed(rule):
    """What each layer may include besides itself, and what follows from that."""
    direct = {layer: set() for layer in FOLDERS}
    for chain in chains(rule):
        links = [[name.strip() for name in link.split(",")] for link in chain.split("<-")]
        for lower, upper in zip(links, links[1:]):
            for name in upper:
                direct[name].update(lower)

    def reach(layer, seen):
        for lower in direct[layer] - seen:
            seen.add(lower)
            reach(lower, seen)
        return seen

    return {layer: reach(layer, set()) for layer in direct}


def layer_of(path):
    for layer, folder in FOLDERS.items():
        if path.parts[:len(pathlib.Path(folder).parts)] == pathlib.Path(folder).parts:
            return layer
    return None


def room_of(path):
    """The folder that sees its own headers: each transport is one."""
    layer = layer_of(path)
    return "/".join(path.parts[:2]) if layer == "kad-transports/*" else layer


def headers(root):
    """The room of each header, those that are generated from a file of the tree included."""
    found = {}
    for path in lintlib.walk(root, {".h", ".proto"}):
        if layer_of(path) is not None:
            name = path.name if path.suffix == ".h" else f"{path.stem}.pb-c.h"
            found.setdefault(name, []).append(path)
    for name, path in GENERATED.items():
        found.setdefault(name, []).append(pathlib.Path(path))
    return found


def check_file(root, path, known, rule):
    # The names of includes are strings: comments are blanked, the names are taken from the text itself.
    text = lintlib.read(root, path)
    blanked = lintlib.blank_comments(text)
    layer = layer_of(path)
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start(1)) + 1
        quote, name = match.groups()
        if blanked[match.start():match.start(1)].strip() == "":
            continue
        if quote == '"' and "/" in name:
            yield f"{path}:{line}: a quoted include has no slash: {name}"
        elif layer is None:
            continue
        elif name in known:
            if quote == "<":
                yield f"{path}:{line}: {name} is ours: include it with quotes"
            owners = known[name]
            if not any(room_of(owner) == room_of(path) or layer_of(owner) in rule[layer] for owner in owners):
                yield f"{path}:{line}: {layer} may not include {name} of {layer_of(owners[0])}"
        elif quote == '"' and name.startswith("kad-") and not name.endswith(("-dbus.h", "-resources.h", "-generated.h")):
            yield f"{path}:{line}: {name} is in no folder"


def check_design(root):
    design = pathlib.Path(root, "DESIGN.md")
    if not design.exists():
        return
    text = " ".join(design.read_text(encoding="utf-8").split())
    for chain in chains(RULE):
        if chain not in text:
            yield f"DESIGN.md: does not state the rule `{chain}` of check_layers.py"


def lint(root):
    rule = allowed(RULE)
    known = headers(root)
    for name, owners in known.items():
        if len(owners) > 1 and len({layer_of(owner) for owner in owners}) > 1:
            yield f"{owners[0]}: another folder has a header of this name: {owners[1]}"
    for path in lintlib.walk(root, {".c", ".h"}):
        yield from check_file(root, path, known, rule)
    yield from check_design(root)


BASE = {
    "kad-core/base/kad-key.h": "", "kad-core/base/kad-keys.proto": "", "kad-core/wire/kad-noise.h": '#include "kad-key.h"\n',
    "kad-core/dht/kad-engine.h": '#include "kad-key.h"\n', "kad-core/swarm/kad-swarm.h": '#include "kad-engine.h"\n',
    "kad-core/command/kad-handler.h": '#include "kad-key.h"\n', "kad-core/node/kad-node.h": '#include "kad-swarm.h"\n',
    "kad-commands/kad-commands.h": '#include "kad-handler.h"\n', "kad-transports/tcp/kad-tcp.h": "",
}

CASES = [
    ("an empty tree", {}, 0),
    ("all that is allowed", {
        **BASE,
        "kad-core/base/a.c": '#include "kad-keys.pb-c.h"\n#include <glib.h>\n#include <gio/gio.h>\n',
        "kad-core/swarm/b.c": '#include "kad-noise.h"\n#include "kad-key.h"\n',
        "kad-core/node/c.c": '#include "kad-commands.h"\n',
        "kad-testnet/kad-testnet.h": '#include "kad-node.h"\n',
        "kad-tools/d.c": '#include "kad-node.h"\n#include "kad-key.h"\n#include "kad-testnet.h"\n',
        "kad-transports/tcp/e.c": '#include "kad-tcp.h"\n#include "kad-key.h"\n',
        "tests/unit/wire/f.c": '#include "kad-noise.h"\n',
        "kad-core/base/g.c": '/*\n#include "kad-noise.h"\n#include "../wire/kad-noise.h"\n*/\n',
    }, 0),
    ("a slash", {**BASE, "kad-core/swarm/a.c": '#include "../dht/kad-engine.h"\n'}, 1),
    ("a slash in a test", {"tests/unit/a.c": '#include "sub/kad-engine.h"\n'}, 1),
    ("wire and dht know each other", {**BASE, "kad-core/wire/a.c": '#include "kad-engine.h"\n', "kad-core/dht/b.c": '#  include "kad-noise.h"\n'}, 2),
    ("base looks up", {**BASE, "kad-core/base/a.c": 'int a;\n#include "kad-handler.h"\n'}, 1),
    ("a command looks into the swarm", {**BASE, "kad-commands/a.c": '#include "kad-swarm.h"\n'}, 1),
    ("a test network looks into the service", {**BASE, "kad-service/kad-service.h": "", "kad-testnet/a.c": '#include "kad-service.h"\n'}, 1),
    ("one transport looks into another", {**BASE, "kad-transports/memory/a.c": '#include "kad-tcp.h"\n'}, 1),
    ("the inspector knows the node", {**BASE, "kad-gui/pages/a.c": '#include "kad-node.h"\n'}, 1),
    ("angle brackets", {**BASE, "kad-core/wire/a.c": "#include <kad-key.h>\n"}, 1),
    ("a generated header of another layer", {**BASE, "kad-core/dht/kad-x.proto": "", "kad-core/wire/a.c": '#include "kad-x.pb-c.h"\n'}, 1),
    ("a header of nobody", {**BASE, "kad-core/wire/a.c": '#include "kad-lost.h"\n'}, 1),
    ("one name twice", {**BASE, "kad-core/wire/kad-key.h": ""}, 1),
    ("a design that says the same", {"DESIGN.md": RULE}, 0),
    ("a design that says something else", {"DESIGN.md": RULE.replace("base <- dht", "wire <- dht")}, 1),
]

if __name__ == "__main__":
    sys.exit(lintlib.main(lint, CASES, __doc__))
