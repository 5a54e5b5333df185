// SPDX-License-Identifier: GPL-3.0-or-later

// Requests by hand: one kad message of any type through js's own codec, and any
// bytes on any protocol for what its codec would never say.

import { peerIdFromMultihash } from '@libp2p/peer-id'
import { Libp2pRecord } from '@libp2p/record'
import { lpStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import * as Digest from 'multiformats/hashes/digest'
import { bytesOf, connectTo } from './commands.js'
// The codec is no public export of the package; the file is what a node runs.
import { Message } from './node_modules/@libp2p/kad-dht/dist/src/message/dht.js'

const MAX_MESSAGE = 4 << 20
const CONNECTION_VALUES = ['NOT_CONNECTED', 'CONNECTED', 'CAN_CONNECT', 'CANNOT_CONNECT']

function base64 (bytes) {
  return Buffer.from(bytes).toString('base64')
}

function fromBase64 (text) {
  return new Uint8Array(Buffer.from(text, 'base64'))
}

function ownAddresses (node) {
  return node.getMultiaddrs().map(a => a.toString())
}

// A provider is an address that ends in /p2p/ID.
function providerOf (text) {
  const address = multiaddr(text)
  const id = address.getComponents().findLast(({ name }) => name === 'p2p').value
  const bytes = multiaddr(`/p2p/${id}`).bytes
  return {
    // after the protocol code (two bytes) and the length (one)
    id: bytes.subarray(3),
    multiaddrs: [address.decapsulate(`/p2p/${id}`).bytes]
  }
}

function buildMessage (node, options) {
  const key = bytesOf(options, 'key_base64')
  const message = { type: options.type, key, closer: [], providers: [] }
  if (options.type === 'PUT_VALUE') {
    message.record = new Libp2pRecord(key, bytesOf(options, 'value_base64'), new Date()).serialize()
  }
  if (options.type === 'ADD_PROVIDER') {
    message.providers = options.providers?.length > 0
      ? options.providers.map(providerOf)
      : [{
          id: node.peerId.toMultihash().bytes,
          multiaddrs: ownAddresses(node).map(a => multiaddr(a).decapsulate(`/p2p/${node.peerId}`).bytes)
        }]
  }
  return message
}

function wirePeer (info) {
  return {
    peer: peerIdFromMultihash(Digest.decode(info.id)).toString(),
    addresses: info.multiaddrs.map(a => multiaddr(a).toString()),
    connection: Math.max(0, CONNECTION_VALUES.indexOf(info.connection))
  }
}

function wireMessage (bytes) {
  const message = Message.decode(bytes)
  let record = null
  if (message.record != null) {
    const r = Libp2pRecord.deserialize(message.record)
    record = {
      key_base64: base64(r.key),
      value_base64: base64(r.value),
      time_received: r.timeReceived?.toISOString() ?? ''
    }
  }
  return {
    type: message.type,
    key_base64: base64(message.key ?? []),
    record,
    closer: message.closer.map(wirePeer),
    providers: message.providers.map(wirePeer),
    raw_base64: base64(bytes)
  }
}

function endOf (s, err) {
  if (s.status === 'reset') {
    return 'reset'
  }
  switch (err.name) {
    case 'StreamResetError': return 'reset'
    case 'UnexpectedEOFError': return 'eof'
    case 'TimeoutError':
    case 'AbortError': return 'timeout'
    default: return `broken: ${err.name}: ${err.message}`
  }
}

// Writes, perhaps half-closes, and reads until `expect` frames are there; then,
// for linger_ms, whatever else comes. How the stream stood at the end is "open"
// (nobody looked further), "quiet" (nothing more within linger_ms), "eof",
// "reset" or "timeout".
async function exchange (node, options, messages, expect, signal) {
  const connection = await connectTo(node, options, signal)
  const protocol = options.protocol ?? node.services.dht.protocol
  const s = await connection.newStream(protocol, { signal })
  const lp = lpStream(s, { maxDataLength: MAX_MESSAGE })
  const frames = []
  let end = 'open'
  try {
    if (options.write_base64 != null) {
      s.send(fromBase64(options.write_base64))
    }
    for (const message of messages) {
      await lp.write(message, { signal })
    }
    if (options.half_close === true) {
      await s.close({ signal })
    }
    while (frames.length < expect) {
      frames.push((await lp.read({ signal })).subarray())
    }
    if (options.linger_ms > 0) {
      const linger = AbortSignal.timeout(options.linger_ms)
      end = 'quiet'
      while (true) {
        frames.push((await lp.read({ signal: linger })).subarray())
      }
    }
  } catch (err) {
    const how = endOf(s, err)
    end = end === 'quiet' && how === 'timeout' ? 'quiet' : how
  }
  if (end === 'open' || end === 'quiet') {
    s.close({ signal: AbortSignal.timeout(1_000) }).catch(() => {})
  } else {
    s.abort(new Error('the test is done with this stream'))
  }
  return { frames, end }
}

export async function request (node, options, { signal }) {
  const message = buildMessage(node, options)
  const expect = options.expect ?? (options.type === 'ADD_PROVIDER' ? 0 : 1)
  const { frames, end } = await exchange(node, options, [Message.encode(message)], expect, signal)
  return { replies: frames.map(wireMessage), end }
}

// Sends bytes as they are (write_base64) and then framed messages
// (messages_base64), and reads framed messages back.
export async function stream (node, options, { signal }) {
  const messages = (options.messages_base64 ?? []).map(fromBase64)
  const expect = options.expect ?? messages.length
  const { frames, end } = await exchange(node, options, messages, expect, signal)
  return { replies_base64: frames.map(base64), end }
}

// Replaces the handler of a protocol: each message that comes is answered with
// the messages that replies_base64 has for its type (none: a peer that listens
// and never speaks), then the stream is left open, closed or reset.
export async function answerWith (node, options, { write }) {
  const answers = options.replies_base64 ?? {}
  const answer = async (s, connection) => {
    const lp = lpStream(s, { maxDataLength: MAX_MESSAGE })
    while (true) {
      const frame = (await lp.read()).subarray()
      const type = Message.decode(frame).type
      write({
        event: 'answered',
        from: connection.remotePeer.toString(),
        type,
        request_base64: base64(frame)
      })
      for (const text of answers[type] ?? []) {
        await lp.write(fromBase64(text))
      }
      if (options.end === 'close') {
        await s.close()
        return
      }
      if (options.end === 'reset') {
        s.abort(new Error('the test asked for a reset'))
        return
      }
    }
  }
  const protocol = options.protocol ?? node.services.dht.protocol
  await node.handle(protocol, async (s, connection) => {
    try {
      await answer(s, connection)
    } catch {
      // the end of what the remote had to say
      await s.close().catch(() => {})
    }
  }, { force: true })
  // The handler before goes on with the streams it has.
  for (const connection of node.getConnections()) {
    connection.streams
      .filter(s => s.protocol === protocol && s.direction === 'inbound')
      .forEach(s => s.abort(new Error('the handler has changed')))
  }
  return {}
}
