// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p"
	dht "github.com/libp2p/go-libp2p-kad-dht"
	pb "github.com/libp2p/go-libp2p-kad-dht/pb"
	"github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/protocol/identify"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	libp2ptls "github.com/libp2p/go-libp2p/p2p/security/tls"
	quic "github.com/libp2p/go-libp2p/p2p/transport/quic"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/libp2p/go-libp2p/p2p/transport/websocket"
	ma "github.com/multiformats/go-multiaddr"
)

// anyValidator takes every record under every key.
type anyValidator struct {
	greatest bool // the greatest value in byte order is the best, else the first
}

func (anyValidator) Validate(string, []byte) error { return nil }

func (v anyValidator) Select(_ string, values [][]byte) (int, error) {
	best := 0
	for i := range values {
		if v.greatest && bytes.Compare(values[i], values[best]) > 0 {
			best = i
		}
	}
	return best, nil
}

type node struct {
	host     host.Host
	ids      identify.IDService
	dht      *dht.IpfsDHT
	protocol protocol.ID
	out      *output
	signed   sync.Map // peer.ID of each peer whose signed record was good
}

func newIdentity(keyType string) (crypto.PrivKey, error) {
	types := map[string]int{
		"ed25519":   crypto.Ed25519,
		"rsa":       crypto.RSA,
		"secp256k1": crypto.Secp256k1,
		"ecdsa":     crypto.ECDSA,
	}
	t, ok := types[keyType]
	if !ok {
		return nil, fmt.Errorf("unknown key type %q", keyType)
	}
	key, _, err := crypto.GenerateKeyPairWithReader(t, 2048, rand.Reader)
	return key, err
}

func webSocketOptions(o *options) ([]any, error) {
	var result []any
	if o.certificate != "" {
		certificate, err := tls.LoadX509KeyPair(o.certificate, o.privateKey)
		if err != nil {
			return nil, err
		}
		config := &tls.Config{Certificates: []tls.Certificate{certificate}}
		result = append(result, websocket.WithTLSConfig(config))
	}
	if o.caFile != "" {
		pem, err := os.ReadFile(o.caFile)
		if err != nil {
			return nil, err
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("no certificate in %s", o.caFile)
		}
		result = append(result, websocket.WithTLSClientConfig(&tls.Config{RootCAs: pool}))
	}
	return result, nil
}

func transportOptions(o *options) ([]libp2p.Option, error) {
	var result []libp2p.Option
	for _, name := range strings.Split(o.transports, ",") {
		switch name {
		case "tcp":
			result = append(result, libp2p.Transport(tcp.NewTCPTransport))
		case "ws":
			more, err := webSocketOptions(o)
			if err != nil {
				return nil, err
			}
			result = append(result, libp2p.Transport(websocket.New, more...))
		case "quic":
			result = append(result, libp2p.Transport(quic.NewTransport))
		default:
			return nil, fmt.Errorf("unknown transport %q", name)
		}
	}
	return result, nil
}

func newHost(o *options) (host.Host, error) {
	key, err := newIdentity(o.keyType)
	if o.benchTable > 0 {
		key, err = benchKey(o.seed, o.benchTable)
	}
	if err != nil {
		return nil, err
	}
	opts, err := transportOptions(o)
	if err != nil {
		return nil, err
	}
	switch o.security {
	case "noise":
		opts = append(opts, libp2p.Security(noise.ID, noise.New))
	case "tls":
		opts = append(opts, libp2p.Security(libp2ptls.ID, libp2ptls.New))
	default:
		return nil, fmt.Errorf("unknown security %q", o.security)
	}
	if len(o.listen) > 0 {
		opts = append(opts, libp2p.ListenAddrStrings(o.listen...))
	} else {
		opts = append(opts, libp2p.NoListenAddrs)
	}
	return libp2p.New(append(opts,
		libp2p.Identity(key),
		libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
		libp2p.UserAgent("kad-interop-go"),
		libp2p.ResourceManager(&network.NullResourceManager{}),
		libp2p.ConnectionManager(connmgr.NullConnMgr{}),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics())...)
}

// newNode makes a node that is open for loopback: no filter on addresses,
// queries or the table. A validator of one's own is allowed under another
// prefix than /ipfs only, hence the prefix that the protocol override hides.
func newNode(o *options, out *output) (*node, error) {
	h, err := newHost(o)
	if err != nil {
		return nil, err
	}
	services, ok := h.(interface{ IDService() identify.IDService })
	if !ok {
		h.Close()
		return nil, fmt.Errorf("host %T has no identify service", h)
	}
	n := &node{host: h, ids: services.IDService(), protocol: protocol.ID(o.protocol), out: out}
	mode := dht.ModeServer
	if o.mode == "client" {
		mode = dht.ModeClient
	}
	opts := []dht.Option{
		dht.Mode(mode),
		dht.ProtocolPrefix("/kad-interop"),
		dht.V1ProtocolOverride(n.protocol),
		dht.Validator(anyValidator{greatest: o.selection == "greatest"}),
		dht.AddressFilter(func(addrs []ma.Multiaddr) []ma.Multiaddr { return addrs }),
		dht.RoutingTablePeerDiversityFilter(nil),
	}
	if o.benchTable > 0 {
		// The made-up peers must not be asked, found dead and removed.
		opts = append(opts, dht.DisableAutoRefresh())
	}
	if o.showRequests {
		opts = append(opts, dht.OnRequestHook(n.showRequest))
	}
	n.dht, err = dht.New(h, opts...)
	if err != nil {
		h.Close()
		return nil, err
	}
	if err := n.watchIdentify(); err != nil {
		n.close()
		return nil, err
	}
	h.Network().Notify(&network.NotifyBundle{
		ConnectedF:    func(_ network.Network, c network.Conn) { n.showConnection("peer-connected", c) },
		DisconnectedF: func(_ network.Network, c network.Conn) { n.showConnection("peer-disconnected", c) },
	})
	return n, nil
}

// watchIdentify notes whose signed records are good: the peer store keeps none.
func (n *node) watchIdentify() error {
	identified, err := n.host.EventBus().Subscribe(new(event.EvtPeerIdentificationCompleted))
	if err != nil {
		return err
	}
	go func() {
		for e := range identified.Out() {
			e := e.(event.EvtPeerIdentificationCompleted)
			if e.SignedPeerRecord != nil {
				n.signed.Store(e.Peer, true)
			}
		}
	}()
	return nil
}

func (n *node) close() {
	// Closing waits for peers that may be gone: bounded, the process ends anyway.
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = n.dht.Close()
		_ = n.host.Close()
	}()
	select {
	case <-done:
	case <-time.After(2 * time.Second):
	}
}

func (n *node) showRequest(_ context.Context, s network.Stream, m *pb.Message) {
	n.out.write(map[string]any{
		"event": "request",
		"from":  s.Conn().RemotePeer().String(),
		"type":  m.GetType().String(),
		"key":   encodeBytes(m.GetKey()),
	})
}

func (n *node) showConnection(event string, c network.Conn) {
	n.out.write(map[string]any{"event": event, "peer": c.RemotePeer().String()})
}

func (n *node) fullAddresses() []string {
	result := []string{}
	for _, a := range n.host.Addrs() {
		result = append(result, a.String()+"/p2p/"+n.host.ID().String())
	}
	return result
}
