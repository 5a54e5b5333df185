// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/discovery/mdns"
)

// foundLocally tells whom mDNS found, and connects.
type foundLocally struct{ n *node }

func (f foundLocally) HandlePeerFound(info peer.AddrInfo) {
	addresses := []string{}
	for _, a := range info.Addrs {
		addresses = append(addresses, a.String())
	}
	f.n.out.write(map[string]any{"event": "mdns-found", "peer": info.ID.String(), "addresses": addresses})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := f.n.host.Connect(ctx, info); err != nil {
		f.n.out.write(map[string]any{"event": "mdns-failed", "peer": info.ID.String(), "error": err.Error()})
	}
}

// startMdns announces the node on the local network and looks for others there.
func (n *node) startMdns() (mdns.Service, error) {
	service := mdns.NewMdnsService(n.host, "", foundLocally{n})
	return service, service.Start()
}
