// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/peerstore"
	ma "github.com/multiformats/go-multiaddr"
)

// benchKey makes the Ed25519 key i of a seed: its secret is
// SHA-256("kad-bench" || seed as 8 bytes || i as 8 bytes), both big-endian, so
// that other servers under comparison can make the same ones.
func benchKey(seed uint64, i int) (crypto.PrivKey, error) {
	b := []byte("kad-bench")
	b = binary.BigEndian.AppendUint64(b, seed)
	b = binary.BigEndian.AppendUint64(b, uint64(i))
	secret := sha256.Sum256(b)
	return crypto.UnmarshalEd25519PrivateKey(ed25519.NewKeyFromSeed(secret[:]))
}

// benchPeer makes peer i of a seed. Its two addresses are 127.B.C.D with B C D
// the three low bytes of i, on TCP and QUIC port 4001.
func benchPeer(seed uint64, i int) (peer.AddrInfo, error) {
	key, err := benchKey(seed, i)
	if err != nil {
		return peer.AddrInfo{}, err
	}
	id, err := peer.IDFromPrivateKey(key)
	if err != nil {
		return peer.AddrInfo{}, err
	}
	ip := fmt.Sprintf("/ip4/127.%d.%d.%d", i>>16&0xff, i>>8&0xff, i&0xff)
	return peer.AddrInfo{ID: id, Addrs: []ma.Multiaddr{
		ma.StringCast(ip + "/tcp/4001"),
		ma.StringCast(ip + "/udp/4001/quic-v1"),
	}}, nil
}

// fillTable offers count peers to the routing table. Full buckets refuse most
// of them, as in a network of that size: the event says how many entered. The
// node itself is peer count of the same seed, so the table is the same each time.
func (n *node) fillTable(count int, seed uint64) (object, error) {
	for i := range count {
		info, err := benchPeer(seed, i)
		if err != nil {
			return nil, err
		}
		added, err := n.dht.RoutingTable().TryAddPeer(info.ID, true, false)
		if err == nil && added {
			n.host.Peerstore().AddAddrs(info.ID, info.Addrs, peerstore.PermanentAddrTTL)
		}
	}
	return object{"event": "bench-table", "offered": count, "table": n.dht.RoutingTable().Size()}, nil
}
