// SPDX-License-Identifier: GPL-3.0-or-later

// kad-interop-js is a js-libp2p DHT node that tests drive over JSON lines on
// stdin and stdout. The contract is in ../README.md; kad-interop-go follows the
// same one.

import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { joinThrough, runCommand } from './commands.js'
import { newNode } from './node.js'

const DEFAULT_TIMEOUT_MS = 30_000

function readOptions () {
  const { values } = parseArgs({
    options: {
      mode: { type: 'string', default: 'server' },
      listen: { type: 'string', multiple: true, default: ['/ip4/127.0.0.1/tcp/0'] },
      'key-type': { type: 'string', default: 'ed25519' },
      join: { type: 'string', multiple: true, default: [] },
      security: { type: 'string', default: 'noise' },
      protocol: { type: 'string', default: '/ipfs/kad/1.0.0' },
      select: { type: 'string', default: 'first' },
      certificate: { type: 'string' },
      'private-key': { type: 'string' },
      mdns: { type: 'boolean', default: false }
    }
  })
  if (!['server', 'client'].includes(values.mode)) {
    throw new Error(`unknown mode "${values.mode}"`)
  }
  if (!['first', 'greatest'].includes(values.select)) {
    throw new Error(`unknown selection "${values.select}"`)
  }
  if (values.listen.length === 1 && values.listen[0] === 'none') {
    values.listen = []
  }
  return values
}

function write (object) {
  process.stdout.write(JSON.stringify(object) + '\n')
}

async function joinAtStart (node, addresses) {
  const signal = AbortSignal.timeout(DEFAULT_TIMEOUT_MS)
  let joined = 0
  let last
  for (const address of addresses) {
    try {
      await joinThrough(node, address, signal)
      joined++
    } catch (err) {
      last = err
    }
  }
  if (joined === 0) {
    write({ event: 'join-failed', error: String(last.message) })
  } else {
    write({ event: 'joined', table: node.services.dht.routingTable.size })
  }
}

// Dialling who was found is the program's part.
async function connectToFound (node, found) {
  const peer = found.id.toString()
  write({ event: 'mdns-found', peer, addresses: found.multiaddrs.map(a => a.toString()) })
  try {
    await node.dial(found.multiaddrs.map(a => a.encapsulate(`/p2p/${peer}`)), { signal: AbortSignal.timeout(20_000) })
  } catch (err) {
    write({ event: 'mdns-failed', peer, error: `${err.name}: ${err.message}` })
  }
}

async function stop (node) {
  // Stopping waits for peers that may be gone: bounded, the process ends anyway.
  setTimeout(() => process.exit(0), 2_000).unref()
  await node.stop()
  process.exit(0)
}

async function serve (node, line) {
  let command
  try {
    command = JSON.parse(line)
  } catch (err) {
    write({ id: null, error: `bad command: ${err.message}` })
    return
  }
  const { id = null, command: name, options = {} } = command
  if (name === 'exit') {
    write({ id, result: {} })
    await stop(node)
    return
  }
  const signal = AbortSignal.timeout(options.timeout_ms ?? DEFAULT_TIMEOUT_MS)
  try {
    write({ id, result: await runCommand(node, name, options, { signal, write }) })
  } catch (err) {
    write({ id, error: `${err.name}: ${err.message}` })
  }
}

let options
try {
  options = readOptions()
} catch (err) {
  process.stderr.write(`kad-interop-js: ${err.message}\n`)
  process.exit(2)
}

const foundEarly = []
let onFound = (found) => { foundEarly.push(found) }
const node = await newNode(options, (found) => { onFound(found) })
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => { stop(node) })
}
node.addEventListener('connection:open', (event) => {
  write({ event: 'peer-connected', peer: event.detail.remotePeer.toString() })
})
node.addEventListener('connection:close', (event) => {
  write({ event: 'peer-disconnected', peer: event.detail.remotePeer.toString() })
})
write({
  event: 'listening',
  peer: node.peerId.toString(),
  addresses: node.getMultiaddrs().map(a => a.toString()),
  pid: process.pid
})
onFound = (found) => { connectToFound(node, found) }
foundEarly.forEach(onFound)
if (options.join.length > 0) {
  joinAtStart(node, options.join)
}

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => { serve(node, line) })
lines.on('close', () => { stop(node) })
