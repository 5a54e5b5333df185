// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	ma "github.com/multiformats/go-multiaddr"
	"github.com/multiformats/go-multihash"
)

type object = map[string]any

func (n *node) runCommand(ctx context.Context, name string, o *cmdOptions) (any, error) {
	commands := map[string]func(context.Context, *cmdOptions) (any, error){
		"join":           n.cmdJoin,
		"connect":        n.cmdConnect,
		"disconnect":     n.cmdDisconnect,
		"find-peer":      n.cmdFindPeer,
		"closest-peers":  n.cmdClosestPeers,
		"put":            n.cmdPut,
		"get":            n.cmdGet,
		"provide":        n.cmdProvide,
		"find-providers": n.cmdFindProviders,
		"request":        n.cmdRequest,
		"stream":         n.cmdStream,
		"answer-with":    n.cmdAnswerWith,
		"table":          n.cmdTable,
		"connections":    n.cmdConnections,
		"ping":           n.cmdPing,
		"protocols-of":   n.cmdProtocolsOf,
		"advertise":      n.cmdAdvertise,
		"find-peers":     n.cmdFindPeers,
	}
	f, ok := commands[name]
	if !ok {
		return nil, fmt.Errorf("unknown command %q", name)
	}
	return f(ctx, o)
}

func peerObject(p peer.AddrInfo) object {
	addresses := []string{}
	for _, a := range p.Addrs {
		addresses = append(addresses, a.String())
	}
	return object{"peer": p.ID.String(), "addresses": addresses}
}

// connectTo dials the peer that address or peer names and waits for identify.
func (n *node) connectTo(ctx context.Context, o *cmdOptions) (peer.ID, error) {
	var info peer.AddrInfo
	switch {
	case o.Address != "":
		parsed, err := peer.AddrInfoFromString(o.Address)
		if err != nil {
			return "", err
		}
		info = *parsed
	case o.Peer != "":
		id, err := peer.Decode(o.Peer)
		if err != nil {
			return "", err
		}
		info.ID = id
	default:
		return "", errors.New("neither address nor peer given")
	}
	if err := n.host.Connect(ctx, info); err != nil {
		return "", err
	}
	for _, c := range n.host.Network().ConnsToPeer(info.ID) {
		select {
		case <-n.ids.IdentifyWait(c):
			// A remote that refuses the identity does so after the last message of
			// the handshake, when the connection seems to stand already.
			if !c.IsClosed() {
				return info.ID, nil
			}
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	return "", fmt.Errorf("peer %s closed the connection before it identified itself", info.ID)
}

// join connects, waits until the table has the peer (a client never enters, so
// not for ever) and refreshes the table.
func (n *node) join(ctx context.Context, address string) (any, error) {
	id, err := n.connectTo(ctx, &cmdOptions{Address: address})
	if err != nil {
		return nil, err
	}
	for i := 0; i < 100 && n.dht.RoutingTable().Find(id) == ""; i++ {
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if n.dht.RoutingTable().Find(id) == "" {
		return nil, fmt.Errorf("peer %s did not enter the routing table", id)
	}
	select {
	case err := <-n.dht.RefreshRoutingTable():
		if err != nil {
			return nil, err
		}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return object{"peer": id.String(), "table": n.dht.RoutingTable().Size()}, nil
}

func (n *node) cmdJoin(ctx context.Context, o *cmdOptions) (any, error) {
	return n.join(ctx, o.Address)
}

func (n *node) cmdConnect(ctx context.Context, o *cmdOptions) (any, error) {
	id, err := n.connectTo(ctx, o)
	if err != nil {
		return nil, err
	}
	return object{"peer": id.String()}, nil
}

func (n *node) cmdDisconnect(_ context.Context, o *cmdOptions) (any, error) {
	id, err := peer.Decode(o.Peer)
	if err != nil {
		return nil, err
	}
	return object{}, n.host.Network().ClosePeer(id)
}

func (n *node) cmdFindPeer(ctx context.Context, o *cmdOptions) (any, error) {
	id, err := peer.Decode(o.Peer)
	if err != nil {
		return nil, err
	}
	info, err := n.dht.FindPeer(ctx, id)
	if err != nil {
		return nil, err
	}
	return peerObject(info), nil
}

func (n *node) cmdClosestPeers(ctx context.Context, o *cmdOptions) (any, error) {
	key, err := decodeBytes("key_base64", o.Key)
	if err != nil {
		return nil, err
	}
	ids, err := n.dht.GetClosestPeers(ctx, string(key))
	if err != nil {
		return nil, err
	}
	peers := []object{}
	for _, id := range ids {
		peers = append(peers, peerObject(n.host.Peerstore().PeerInfo(id)))
	}
	return object{"peers": peers}, nil
}

func (n *node) cmdPut(ctx context.Context, o *cmdOptions) (any, error) {
	key, err := decodeBytes("key_base64", o.Key)
	if err != nil {
		return nil, err
	}
	value, err := decodeBytes("value_base64", o.Value)
	if err != nil {
		return nil, err
	}
	return object{}, n.dht.PutValue(ctx, string(key), value)
}

func (n *node) cmdGet(ctx context.Context, o *cmdOptions) (any, error) {
	key, err := decodeBytes("key_base64", o.Key)
	if err != nil {
		return nil, err
	}
	value, err := n.dht.GetValue(ctx, string(key))
	if err != nil {
		return nil, err
	}
	return object{"value_base64": encodeBytes(value)}, nil
}

// keyToCid takes a multihash or a whole CID; only its multihash matters.
func keyToCid(text string) (cid.Cid, error) {
	key, err := decodeBytes("key_base64", text)
	if err != nil {
		return cid.Undef, err
	}
	if hash, err := multihash.Cast(key); err == nil {
		return cid.NewCidV1(cid.Raw, hash), nil
	}
	return cid.Cast(key)
}

func (n *node) cmdProvide(ctx context.Context, o *cmdOptions) (any, error) {
	c, err := keyToCid(o.Key)
	if err != nil {
		return nil, err
	}
	return object{}, n.dht.Provide(ctx, c, o.Announce == nil || *o.Announce)
}

func (n *node) cmdFindProviders(ctx context.Context, o *cmdOptions) (any, error) {
	c, err := keyToCid(o.Key)
	if err != nil {
		return nil, err
	}
	providers := []object{}
	for info := range n.dht.FindProvidersAsync(ctx, c, o.Count) {
		providers = append(providers, peerObject(info))
	}
	return object{"providers": providers}, nil
}

func (n *node) cmdTable(context.Context, *cmdOptions) (any, error) {
	peers := []string{}
	for _, id := range n.dht.RoutingTable().ListPeers() {
		peers = append(peers, id.String())
	}
	return object{"peers": peers}, nil
}

func (n *node) cmdConnections(context.Context, *cmdOptions) (any, error) {
	connections := []object{}
	for _, c := range n.host.Network().Conns() {
		state := c.ConnState()
		direction := "outbound"
		if c.Stat().Direction == network.DirInbound {
			direction = "inbound"
		}
		connections = append(connections, object{
			"peer":        c.RemotePeer().String(),
			"address":     c.RemoteMultiaddr().String(),
			"direction":   direction,
			"security":    string(state.Security),
			"muxer":       string(state.StreamMultiplexer),
			"early_muxer": state.UsedEarlyMuxerNegotiation,
			"streams":     len(c.GetStreams()),
		})
	}
	return object{"connections": connections}, nil
}

func (n *node) cmdPing(ctx context.Context, o *cmdOptions) (any, error) {
	id, err := n.connectTo(ctx, o)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	result, ok := <-ping.Ping(ctx, n.host, id)
	if !ok {
		return nil, ctx.Err()
	}
	if result.Error != nil {
		return nil, result.Error
	}
	return object{"rtt_us": result.RTT.Microseconds()}, nil
}

func (n *node) cmdProtocolsOf(ctx context.Context, o *cmdOptions) (any, error) {
	id, err := n.connectTo(ctx, o)
	if err != nil {
		return nil, err
	}
	store := n.host.Peerstore()
	protocols, err := store.GetProtocols(id)
	if err != nil {
		return nil, err
	}
	agent, _ := store.Get(id, "AgentVersion")
	version, _ := store.Get(id, "ProtocolVersion")
	result := peerObject(peer.AddrInfo{ID: id, Addrs: ma.Unique(store.Addrs(id))})
	result["protocols"] = protocols
	result["agent"] = agent
	result["protocol_version"] = version
	if key := store.PubKey(id); key != nil {
		result["key_type"] = key.Type().String()
	}
	_, signed := n.signed.Load(id)
	result["signed_record"] = signed
	return result, nil
}
