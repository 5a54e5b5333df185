// SPDX-License-Identifier: GPL-3.0-or-later

// Requests by hand: one kad message of any type through go's own codec, and
// any bytes on any protocol for what its codec would never say.

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	pb "github.com/libp2p/go-libp2p-kad-dht/pb"
	recpb "github.com/libp2p/go-libp2p-record/pb"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-msgio"
	ma "github.com/multiformats/go-multiaddr"
	"google.golang.org/protobuf/proto"
)

// buildMessage makes the message that type, key_base64, value_base64 and
// providers describe. A provider without addresses of its own is this node.
func (n *node) buildMessage(o *cmdOptions) (*pb.Message, error) {
	number, ok := pb.Message_MessageType_value[o.Type]
	if !ok {
		return nil, fmt.Errorf("unknown message type %q", o.Type)
	}
	key, err := decodeBytes("key_base64", o.Key)
	if err != nil {
		return nil, err
	}
	m := pb.NewMessage(pb.Message_MessageType(number), key, 0)
	if m.GetType() == pb.Message_PUT_VALUE {
		value, err := decodeBytes("value_base64", o.Value)
		if err != nil {
			return nil, err
		}
		m.Record = &recpb.Record{Key: key, Value: value}
	}
	if m.GetType() == pb.Message_ADD_PROVIDER {
		infos := []peer.AddrInfo{{ID: n.host.ID(), Addrs: n.host.Addrs()}}
		if len(o.Providers) > 0 {
			infos = nil
		}
		for _, text := range o.Providers {
			info, err := peer.AddrInfoFromString(text)
			if err != nil {
				return nil, err
			}
			infos = append(infos, *info)
		}
		m.ProviderPeers = pb.RawPeerInfosToPBPeers(infos)
	}
	return m, nil
}

func wirePeers(peers []*pb.Message_Peer) []object {
	result := []object{}
	for _, p := range peers {
		addresses := []string{}
		for _, b := range p.GetAddrs() {
			a, err := ma.NewMultiaddrBytes(b)
			if err != nil {
				addresses = append(addresses, "invalid: "+err.Error())
				continue
			}
			addresses = append(addresses, a.String())
		}
		result = append(result, object{
			"peer":       peer.ID(p.GetId()).String(),
			"addresses":  addresses,
			"connection": int(p.GetConnection()),
		})
	}
	return result
}

func wireMessage(raw []byte) (object, error) {
	var m pb.Message
	if err := proto.Unmarshal(raw, &m); err != nil {
		return nil, err
	}
	result := object{
		"type":       m.GetType().String(),
		"key_base64": encodeBytes(m.GetKey()),
		"record":     nil,
		"closer":     wirePeers(m.GetCloserPeers()),
		"providers":  wirePeers(m.GetProviderPeers()),
		"raw_base64": encodeBytes(raw),
	}
	if r := m.GetRecord(); r != nil {
		result["record"] = object{
			"key_base64":    encodeBytes(r.GetKey()),
			"value_base64":  encodeBytes(r.GetValue()),
			"time_received": r.GetTimeReceived(),
		}
	}
	return result, nil
}

func (n *node) cmdRequest(ctx context.Context, o *cmdOptions) (any, error) {
	m, err := n.buildMessage(o)
	if err != nil {
		return nil, err
	}
	raw, err := proto.Marshal(m)
	if err != nil {
		return nil, err
	}
	o.Protocol = string(n.protocol)
	o.Messages = []string{encodeBytes(raw)}
	if o.Expect == nil {
		expect := 1
		if m.GetType() == pb.Message_ADD_PROVIDER {
			expect = 0
		}
		o.Expect = &expect
	}
	frames, end, err := n.exchange(ctx, o)
	if err != nil {
		return nil, err
	}
	replies := []object{}
	for _, f := range frames {
		reply, err := wireMessage(f)
		if err != nil {
			return nil, err
		}
		replies = append(replies, reply)
	}
	return object{"replies": replies, "end": end}, nil
}

// cmdStream sends bytes as they are (write_base64) and then framed messages
// (messages_base64), and reads framed messages back.
func (n *node) cmdStream(ctx context.Context, o *cmdOptions) (any, error) {
	if o.Protocol == "" {
		o.Protocol = string(n.protocol)
	}
	if o.Expect == nil {
		expect := len(o.Messages)
		o.Expect = &expect
	}
	frames, end, err := n.exchange(ctx, o)
	if err != nil {
		return nil, err
	}
	replies := []string{}
	for _, f := range frames {
		replies = append(replies, encodeBytes(f))
	}
	return object{"replies_base64": replies, "end": end}, nil
}

func appendFrame(b, message []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(message))), message...)
}

// exchange writes, perhaps half-closes, and reads until expect frames are
// there; then, for linger_ms, whatever else comes. How the stream stood at the
// end is "open" (nobody looked further), "quiet" (nothing more within linger_ms),
// "eof", "reset" or "timeout".
func (n *node) exchange(ctx context.Context, o *cmdOptions) ([][]byte, string, error) {
	id, err := n.connectTo(ctx, o)
	if err != nil {
		return nil, "", err
	}
	out, err := decodeBytes("write_base64", o.Write)
	if err != nil {
		return nil, "", err
	}
	for _, text := range o.Messages {
		message, err := decodeBytes("messages_base64", text)
		if err != nil {
			return nil, "", err
		}
		out = appendFrame(out, message)
	}
	s, err := n.host.NewStream(ctx, id, protocol.ID(o.Protocol))
	if err != nil {
		return nil, "", err
	}
	end := ""
	defer func() {
		// A reset could overtake what was written, so it is for failures only.
		if end == "open" || end == "quiet" {
			_ = s.Close()
		} else {
			_ = s.Reset()
		}
	}()
	deadline, _ := ctx.Deadline()
	// The answer to the caller must leave before the command's own time is up.
	deadline = deadline.Add(-250 * time.Millisecond)
	_ = s.SetDeadline(deadline)
	if _, err := s.Write(out); err != nil {
		end = endOf(err)
		return nil, end, nil
	}
	if o.HalfClose {
		_ = s.CloseWrite()
	}

	reader := msgio.NewVarintReaderSize(s, network.MessageSizeMax)
	var frames [][]byte
	for len(frames) < *o.Expect {
		frame, err := reader.ReadMsg()
		if err != nil {
			end = endOf(err)
			return frames, end, nil
		}
		frames = append(frames, bytes.Clone(frame))
		reader.ReleaseMsg(frame)
	}
	end = "open"
	if o.LingerMS > 0 {
		linger := time.Now().Add(time.Duration(o.LingerMS) * time.Millisecond)
		_ = s.SetReadDeadline(linger)
		for {
			frame, err := reader.ReadMsg()
			if err != nil {
				end = endOf(err)
				break
			}
			frames = append(frames, bytes.Clone(frame))
			reader.ReleaseMsg(frame)
		}
		if end == "timeout" {
			end = "quiet"
		}
	}
	return frames, end, nil
}

func endOf(err error) string {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, network.ErrReset):
		return "reset"
	case errors.Is(err, io.EOF):
		return "eof"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	}
	return "broken: " + err.Error()
}

// cmdAnswerWith replaces the handler of a protocol: each message that comes is
// answered with the messages that replies_base64 has for its type (none: a peer
// that listens and never speaks), then the stream is left open, closed or reset.
// With watch_ms an answer waits that long, to see who closes its side before it
// has read the answer: the event half-closed tells.
func (n *node) cmdAnswerWith(_ context.Context, o *cmdOptions) (any, error) {
	answers := map[string][]byte{}
	for kind, texts := range o.Replies {
		for _, text := range texts {
			message, err := decodeBytes("replies_base64", text)
			if err != nil {
				return nil, err
			}
			answers[kind] = appendFrame(answers[kind], message)
		}
	}
	id := protocol.ID(o.Protocol)
	if id == "" {
		id = n.protocol
	}
	script := script{answers: answers, end: o.End, watch: time.Duration(o.WatchMS) * time.Millisecond}
	n.host.SetStreamHandler(id, func(s network.Stream) { n.answer(s, &script) })
	// The handler before goes on with the streams it has.
	for _, c := range n.host.Network().Conns() {
		for _, s := range c.GetStreams() {
			if s.Protocol() == id && s.Stat().Direction == network.DirInbound {
				_ = s.Reset()
			}
		}
	}
	return object{}, nil
}

type script struct {
	answers map[string][]byte
	end     string
	watch   time.Duration
}

func (n *node) answer(s network.Stream, script *script) {
	buffered := bufio.NewReader(s)
	reader := msgio.NewVarintReaderSize(buffered, network.MessageSizeMax)
	for {
		frame, err := reader.ReadMsg()
		if err != nil {
			_ = s.Close()
			return
		}
		kind := ""
		var m pb.Message
		if proto.Unmarshal(frame, &m) == nil {
			kind = m.GetType().String()
		}
		n.out.write(object{
			"event":          "answered",
			"from":           s.Conn().RemotePeer().String(),
			"type":           kind,
			"request_base64": encodeBytes(frame),
		})
		reader.ReleaseMsg(frame)
		if script.watch > 0 {
			_ = s.SetReadDeadline(time.Now().Add(script.watch))
			if _, err := buffered.Peek(1); errors.Is(err, io.EOF) {
				n.out.write(object{"event": "half-closed", "from": s.Conn().RemotePeer().String()})
			}
			_ = s.SetReadDeadline(time.Time{})
		}
		if len(script.answers[kind]) > 0 {
			_, _ = s.Write(script.answers[kind])
		}
		switch script.end {
		case "close":
			_ = s.Close()
			return
		case "reset":
			_ = s.Reset()
			return
		}
	}
}
