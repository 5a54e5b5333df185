// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"
)

// maxLine bounds a command: a 4 MiB value in base64 and some room around it.
const maxLine = 8 << 20

// output writes one JSON object a line; commands that run side by side share it.
type output struct {
	mu sync.Mutex
	w  *json.Encoder
}

func newOutput(w io.Writer) *output {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return &output{w: e}
}

func (o *output) write(v any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	// A closed stdout means that the test is gone; the end of stdin follows.
	_ = o.w.Encode(v)
}

type command struct {
	ID      any        `json:"id"`
	Command string     `json:"command"`
	Options cmdOptions `json:"options"`
}

// cmdOptions has every option of every command; bytes travel in base64.
type cmdOptions struct {
	Address   string   `json:"address"`
	Peer      string   `json:"peer"`
	Key       string   `json:"key_base64"`
	Value     string   `json:"value_base64"`
	Count     int      `json:"count"`
	Announce  *bool    `json:"announce"`
	Type      string   `json:"type"`
	Providers []string `json:"providers"`
	Protocol  string   `json:"protocol"`
	Namespace string   `json:"namespace"`
	Write     string   `json:"write_base64"`
	Messages  []string `json:"messages_base64"`
	// Replies has, for each message type, the messages that answer it.
	Replies   map[string][]string `json:"replies_base64"`
	End       string              `json:"end"`
	HalfClose bool                `json:"half_close"`
	Expect    *int                `json:"expect"`
	LingerMS  int                 `json:"linger_ms"`
	WatchMS   int                 `json:"watch_ms"`
	TimeoutMS int                 `json:"timeout_ms"`
}

func (o *cmdOptions) timeout() time.Duration {
	if o.TimeoutMS > 0 {
		return time.Duration(o.TimeoutMS) * time.Millisecond
	}
	return 30 * time.Second
}

func decodeBytes(name, text string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("option %s is not base64: %w", name, err)
	}
	return b, nil
}

func encodeBytes(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// serveCommands runs until the end of in, a signal, or the command exit.
func serveCommands(ctx context.Context, in io.Reader, out *output, n *node) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := make(chan []byte)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(in)
		scanner.Buffer(make([]byte, 64<<10), maxLine)
		for scanner.Scan() {
			select {
			case lines <- append([]byte(nil), scanner.Bytes()...):
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case line, ok := <-lines:
			if !ok {
				return
			}
			var c command
			if err := json.Unmarshal(line, &c); err != nil {
				out.write(map[string]any{"id": nil, "error": "bad command: " + err.Error()})
				continue
			}
			if c.Command == "exit" {
				out.write(map[string]any{"id": c.ID, "result": map[string]any{}})
				return
			}
			go func() {
				cmdCtx, cancel := context.WithTimeout(ctx, c.Options.timeout())
				defer cancel()
				result, err := n.runCommand(cmdCtx, c.Command, &c.Options)
				if err != nil {
					out.write(map[string]any{"id": c.ID, "error": err.Error()})
					return
				}
				out.write(map[string]any{"id": c.ID, "result": result})
			}()
		}
	}
}
