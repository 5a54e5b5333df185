# SPDX-License-Identifier: GPL-3.0-or-later
"""R15: malformed frames at each layer against kad node."""

import time

from hostilelab import FULL, MIB, SANITIZED, Node, Probe, main, malformed, test

# Of how many of its frames the node has to end the stream or the connection. Below Yamux it is all of them. Above, what was
# changed may be right by chance: pings and what is said to an identify stream (half of that layer) are right whatever they are,
# and so is many a push.
LAYERS = {"multistream": 1, "handshake": 1, "transport": 1, "yamux": 0.7, "identify": 0.2, "kad": 0.6}
N = 50000 if FULL else 3000 if SANITIZED else 10000
MAX_DRIFT = MIB


@test("/security/R15/malformed-frames-at-each-layer: nothing crashes, memory stays, honest peers are answered")
def _():
    with Node() as node, Node() as control:
        # The peers that attack are few, and are known after this; buffers have their size.
        for layer in LAYERS:
            malformed(node, layer, N // 5, seed=1)
        node.settle()
        time.sleep(0.5)
        before, descriptors = node.memory(), node.n_descriptors()
        with Probe(node, control) as probe:
            for layer, share in LAYERS.items():
                begun = time.monotonic()
                result = malformed(node, layer, N, seed=1)
                print(f"# {layer}: {result['frames']} frames on {result['sessions']} sessions, "
                      f"{result['closed']} closed, {result['resets']} resets, {time.monotonic() - begun:.1f} s, "
                      f"{(node.memory() - before) / 1024:.0f} KiB")
                # It is the node that ends what was wrong, and no more than that.
                assert result["closed"] + result["resets"] >= share * N, result
        probe.expect_answers()
        node.settle()
        time.sleep(0.5)
        drift = node.memory() - before
        print(f"# {drift / 1024:.0f} KiB more than after the warm-up, {before / MIB:.1f} MiB then")
        assert SANITIZED or drift < MAX_DRIFT, drift
        assert node.n_descriptors() <= descriptors


main()
