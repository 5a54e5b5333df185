// SPDX-License-Identifier: GPL-3.0-or-later

// Writes msg-1 to msg-8 as go-libp2p-kad-dht encodes them, without a length in front:
//
//	go run ./vectors ../../vectors/kad
package main

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	pb "github.com/libp2p/go-libp2p-kad-dht/pb"
	recordpb "github.com/libp2p/go-libp2p-record/pb"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"
	"google.golang.org/protobuf/proto"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	text := []byte("/v/hello")
	hash := must(hex.DecodeString("1220d18f46f364ebeeec500929c72a4898feb2747730b129d970de15cf80626ebcbc"))
	id := must(hex.DecodeString("122090c9620a79a8ba913d9f84394a32488494f98cf0ce4dddbb86cb44519970c4e0"))
	address := must(multiaddr.NewMultiaddr("/ip4/127.0.0.1/tcp/58555"))
	provider := peer.AddrInfo{ID: must(peer.IDFromBytes(id)), Addrs: []multiaddr.Multiaddr{address}}

	put := pb.NewMessage(pb.Message_PUT_VALUE, text, 0)
	put.Record = &recordpb.Record{Key: text, Value: []byte("world")}
	provide := pb.NewMessage(pb.Message_ADD_PROVIDER, hash, 0)
	provide.ProviderPeers = pb.RawPeerInfosToPBPeers([]peer.AddrInfo{provider})
	messages := []*pb.Message{
		pb.NewMessage(pb.Message_FIND_NODE, text, 0),
		put,
		pb.NewMessage(pb.Message_GET_VALUE, text, 0),
		pb.NewMessage(pb.Message_FIND_NODE, hash, 0),
		pb.NewMessage(pb.Message_FIND_NODE, hash, 1),
		pb.NewMessage(pb.Message_FIND_NODE, hash, 10),
		provide,
		provide,
	}
	for i, message := range messages {
		bytes := must(proto.MarshalOptions{Deterministic: true}.Marshal(message))
		path := filepath.Join(os.Args[1], fmt.Sprintf("msg-%d", i+1))
		if err := os.WriteFile(path, bytes, 0o644); err != nil {
			panic(err)
		}
	}
}
