// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"

	"github.com/libp2p/go-libp2p/core/discovery"
	"github.com/libp2p/go-libp2p/p2p/discovery/routing"
)

// cmdAdvertise says once that this node is in a namespace, as go programs do.
func (n *node) cmdAdvertise(ctx context.Context, o *cmdOptions) (any, error) {
	ttl, err := routing.NewRoutingDiscovery(n.dht).Advertise(ctx, o.Namespace)
	if err != nil {
		return nil, err
	}
	return object{"ttl_ms": ttl.Milliseconds()}, nil
}

// cmdFindPeers finds who is in a namespace, as go programs do.
func (n *node) cmdFindPeers(ctx context.Context, o *cmdOptions) (any, error) {
	var limits []discovery.Option
	if o.Count > 0 {
		limits = append(limits, discovery.Limit(o.Count))
	}
	found, err := routing.NewRoutingDiscovery(n.dht).FindPeers(ctx, o.Namespace, limits...)
	if err != nil {
		return nil, err
	}
	peers := []object{}
	for info := range found {
		peers = append(peers, peerObject(info))
	}
	return object{"peers": peers}, nil
}
