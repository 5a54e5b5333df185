// SPDX-License-Identifier: GPL-3.0-or-later

// kad-interop-go is a go-libp2p DHT node that tests drive over JSON lines on
// stdin and stdout. The contract is in ../README.md; kad-interop-js follows the
// same one.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// stringList is a flag that may be given several times.
type stringList []string

func (l *stringList) String() string { return strings.Join(*l, " ") }

func (l *stringList) Set(value string) error {
	*l = append(*l, value)
	return nil
}

type options struct {
	mode         string
	listen       stringList
	transports   string
	keyType      string
	join         stringList
	security     string
	protocol     string
	selection    string
	showRequests bool
	certificate  string
	privateKey   string
	caFile       string
	benchTable   int
	seed         uint64
	mdns         bool
}

func parseOptions() (*options, error) {
	o := &options{}
	flag.StringVar(&o.mode, "mode", "server", "`server` or client")
	flag.Var(&o.listen, "listen", "`address` to listen on, or none; may be given several times")
	flag.StringVar(&o.transports, "transports", "tcp", "comma-separated `list` of tcp, ws, quic")
	flag.StringVar(&o.keyType, "key-type", "ed25519", "`type` of the new identity: ed25519, rsa, secp256k1, ecdsa")
	flag.Var(&o.join, "join", "`address` of a peer to join through; may be given several times")
	flag.StringVar(&o.security, "security", "noise", "`noise` or tls")
	flag.StringVar(&o.protocol, "protocol", "/ipfs/kad/1.0.0", "the DHT's protocol `id`")
	flag.StringVar(&o.selection, "select", "first", "the better of two records: `first` or greatest")
	flag.BoolVar(&o.showRequests, "show-requests", false, "print an event for each DHT request served")
	flag.StringVar(&o.certificate, "certificate", "", "PEM `file` with the certificate for TLS under ws")
	flag.StringVar(&o.privateKey, "private-key", "", "PEM `file` with the certificate's key")
	flag.StringVar(&o.caFile, "ca-file", "", "PEM `file` with the authority that ws over TLS trusts")
	flag.IntVar(&o.benchTable, "bench-table", 0, "offer `N` made-up peers to the routing table")
	flag.Uint64Var(&o.seed, "seed", 1, "`seed` of the made-up peers")
	flag.BoolVar(&o.mdns, "mdns", false, "find others on the local network by mDNS, and be found")
	flag.Parse()
	if flag.NArg() != 0 {
		return nil, fmt.Errorf("unexpected argument %q", flag.Arg(0))
	}
	if o.mode != "server" && o.mode != "client" {
		return nil, fmt.Errorf("unknown mode %q", o.mode)
	}
	if o.selection != "first" && o.selection != "greatest" {
		return nil, fmt.Errorf("unknown selection %q", o.selection)
	}
	if len(o.listen) == 0 {
		o.listen = stringList{"/ip4/127.0.0.1/tcp/0"}
	} else if len(o.listen) == 1 && o.listen[0] == "none" {
		o.listen = nil
	}
	return o, nil
}

func run(o *options) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()

	out := newOutput(os.Stdout)
	n, err := newNode(o, out)
	if err != nil {
		return err
	}
	defer n.close()

	out.write(map[string]any{
		"event":     "listening",
		"peer":      n.host.ID().String(),
		"addresses": n.fullAddresses(),
		"pid":       os.Getpid(),
	})
	if o.benchTable > 0 {
		event, err := n.fillTable(o.benchTable, o.seed)
		if err != nil {
			return err
		}
		out.write(event)
	}
	if o.mdns {
		found, err := n.startMdns()
		if err != nil {
			return err
		}
		defer found.Close()
	}
	if len(o.join) > 0 {
		go n.joinAtStart(ctx, o.join)
	}
	serveCommands(ctx, os.Stdin, out, n)
	return nil
}

func (n *node) joinAtStart(ctx context.Context, addresses []string) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var last error
	joined := 0
	for _, address := range addresses {
		if _, err := n.join(ctx, address); err != nil {
			last = err
			continue
		}
		joined++
	}
	if joined == 0 {
		n.out.write(map[string]any{"event": "join-failed", "error": last.Error()})
		return
	}
	n.out.write(map[string]any{"event": "joined", "table": n.dht.RoutingTable().Size()})
}

func main() {
	o, err := parseOptions()
	if err != nil {
		fmt.Fprintln(os.Stderr, "kad-interop-go:", err)
		os.Exit(2)
	}
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "kad-interop-go:", err)
		os.Exit(1)
	}
}
