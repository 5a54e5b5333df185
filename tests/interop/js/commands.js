// SPDX-License-Identifier: GPL-3.0-or-later

import { setTimeout as delay } from 'node:timers/promises'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'
import { answerWith, request, stream } from './streams.js'

const POLL_MS = 50
const ENTER_TABLE_MS = 5_000

function base64 (bytes) {
  return Buffer.from(bytes).toString('base64')
}

export function bytesOf (options, name) {
  if (options[name] == null) {
    throw new Error(`option ${name} is missing`)
  }
  return new Uint8Array(Buffer.from(options[name], 'base64'))
}

function peerObject (info) {
  return {
    peer: info.id.toString(),
    addresses: info.multiaddrs.map(a => a.toString())
  }
}

async function poll (signal, withinMs, isTrue) {
  const end = Date.now() + withinMs
  while (!await isTrue()) {
    if (Date.now() > end) {
      return false
    }
    await delay(POLL_MS, undefined, { signal })
  }
  return true
}

function tablePeers (node) {
  return [...node.services.dht.routingTable.kb.toIterable()].map(({ peerId }) => peerId.toString())
}

async function knownPeer (node, peerId) {
  try {
    return await node.peerStore.get(peerId)
  } catch (err) {
    if (err.name !== 'NotFoundError') {
      throw err
    }
    return undefined
  }
}

// Dials the peer that address or peer names and waits for identify.
export async function connectTo (node, options, signal) {
  if (options.address == null && options.peer == null) {
    throw new Error('neither address nor peer given')
  }
  const target = options.address != null ? multiaddr(options.address) : peerIdFromString(options.peer)
  const connection = await node.dial(target, { signal })
  await poll(signal, ENTER_TABLE_MS, async () => {
    const peer = await knownPeer(node, connection.remotePeer)
    return peer != null && peer.protocols.length > 0
  })
  return connection
}

// Connects, waits until the table has the peer (a client never enters, so not
// for ever) and refreshes the table.
export async function joinThrough (node, address, signal) {
  const connection = await connectTo(node, { address }, signal)
  const id = connection.remotePeer.toString()
  if (!await poll(signal, ENTER_TABLE_MS, () => tablePeers(node).includes(id))) {
    throw new Error(`peer ${id} did not enter the routing table`)
  }
  // The refresh runs in the background by itself; a lookup of one's own id is
  // what makes the node known.
  for await (const event of node.services.dht.getClosestPeers(node.peerId.toMultihash().bytes, { signal })) {
    void event
  }
  return { peer: id, table: node.services.dht.routingTable.size }
}

// What is left of a query's events: who failed, and the lookup's last answers.
async function drain (events, handle) {
  const failed = []
  for await (const event of events) {
    if (event.name === 'QUERY_ERROR') {
      failed.push({ peer: event.from.toString(), reason: `${event.error.name}: ${event.error.message}` })
    }
    if (handle?.(event) === false) {
      break
    }
  }
  return failed
}

async function findPeer (node, options, { signal }) {
  let found
  await drain(node.services.dht.findPeer(peerIdFromString(options.peer), { signal }), (event) => {
    if (event.name === 'FINAL_PEER') {
      found = event.peer
    }
    return found == null
  })
  if (found == null) {
    throw new Error('not found')
  }
  return peerObject(found)
}

async function closestPeers (node, options, { signal }) {
  const peers = []
  await drain(node.services.dht.getClosestPeers(bytesOf(options, 'key_base64'), { signal }), (event) => {
    if (event.name === 'FINAL_PEER') {
      peers.push(peerObject(event.peer))
    }
  })
  return { peers }
}

async function put (node, options, { signal }) {
  let stored = 0
  const failed = await drain(
    node.services.dht.put(bytesOf(options, 'key_base64'), bytesOf(options, 'value_base64'), { signal }),
    (event) => {
      if (event.name === 'PEER_RESPONSE' && event.messageName === 'PUT_VALUE') {
        stored++
      }
    })
  return { stored, failed }
}

async function get (node, options, { signal }) {
  let value
  await drain(node.services.dht.get(bytesOf(options, 'key_base64'), { signal }), (event) => {
    if (event.name === 'VALUE') {
      value = event.value
    }
  })
  if (value == null) {
    throw new Error('not found')
  }
  return { value_base64: base64(value) }
}

// Takes a multihash or a whole CID; only its multihash matters.
function keyToCid (options) {
  const key = bytesOf(options, 'key_base64')
  try {
    return CID.createV1(raw.code, Digest.decode(key))
  } catch {
    return CID.decode(key)
  }
}

async function provide (node, options, { signal }) {
  let stored = 0
  const failed = await drain(node.services.dht.provide(keyToCid(options), { signal }), (event) => {
    if (event.name === 'PEER_RESPONSE' && event.messageName === 'ADD_PROVIDER') {
      stored++
    }
  })
  return { stored, failed }
}

async function findProviders (node, options, { signal }) {
  const providers = []
  await drain(node.services.dht.findProviders(keyToCid(options), { signal }), (event) => {
    if (event.name === 'PROVIDER') {
      providers.push(...event.providers.map(peerObject))
    }
    return !(options.count > 0 && providers.length >= options.count)
  })
  return { providers }
}

function connections (node) {
  return {
    connections: node.getConnections().map(c => ({
      peer: c.remotePeer.toString(),
      address: c.remoteAddr.toString(),
      direction: c.direction,
      security: c.encryption,
      muxer: c.multiplexer,
      streams: c.streams.length
    }))
  }
}

async function protocolsOf (node, options, { signal }) {
  const connection = await connectTo(node, options, signal)
  const peer = await node.peerStore.get(connection.remotePeer)
  const text = (name) => {
    const bytes = peer.metadata.get(name)
    return bytes == null ? null : Buffer.from(bytes).toString()
  }
  return {
    peer: peer.id.toString(),
    addresses: peer.addresses.map(({ multiaddr }) => multiaddr.toString()),
    protocols: peer.protocols,
    agent: text('AgentVersion'),
    protocol_version: text('ProtocolVersion'),
    key_type: peer.id.publicKey?.type ?? null,
    signed_record: peer.peerRecordEnvelope != null
  }
}

const COMMANDS = {
  join: (node, options, { signal }) => joinThrough(node, options.address, signal),
  connect: async (node, options, { signal }) =>
    ({ peer: (await connectTo(node, options, signal)).remotePeer.toString() }),
  disconnect: async (node, options, { signal }) => {
    await node.hangUp(peerIdFromString(options.peer), { signal })
    return {}
  },
  'find-peer': findPeer,
  'closest-peers': closestPeers,
  put,
  get,
  provide,
  'find-providers': findProviders,
  request,
  stream,
  'answer-with': answerWith,
  table: (node) => ({ peers: tablePeers(node) }),
  connections,
  ping: async (node, options, { signal }) => {
    const connection = await connectTo(node, options, signal)
    return { rtt_us: 1000 * await node.services.ping.ping(connection.remotePeer, { signal }) }
  },
  'protocols-of': protocolsOf
}

export async function runCommand (node, name, options, context) {
  if (!Object.hasOwn(COMMANDS, name)) {
    throw new Error(`unknown command "${name}"`)
  }
  return COMMANDS[name](node, options, context)
}
