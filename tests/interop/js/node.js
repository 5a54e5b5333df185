// SPDX-License-Identifier: GPL-3.0-or-later

import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify, identifyPush } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { mdns } from '@libp2p/mdns'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webSockets } from '@libp2p/websockets'
import { readFileSync } from 'node:fs'
import { createLibp2p } from 'libp2p'

// More than a test starts at once from the one address that loopback is.
const MANY_CONNECTIONS = 1_000

function newIdentity (keyType) {
  switch (keyType) {
    case 'ed25519': return generateKeyPair('Ed25519')
    case 'rsa': return generateKeyPair('RSA', 2048)
    case 'secp256k1': return generateKeyPair('secp256k1')
    // Not ecdsa: libp2p 3.3.11 makes no peer id of such a key.
    default: throw new Error(`unknown key type "${keyType}"`)
  }
}

function encrypter (security) {
  switch (security) {
    case 'noise': return noise()
    case 'tls': return tls()
    default: throw new Error(`unknown security "${security}"`)
  }
}

// Dials trust the authorities that NODE_EXTRA_CA_CERTS names.
function webSocketOptions (options) {
  if (options.certificate === undefined) {
    return {}
  }
  return {
    https: { cert: readFileSync(options.certificate), key: readFileSync(options['private-key']) }
  }
}

function selectFirst () {
  return 0
}

function selectGreatest (key, records) {
  let best = 0
  records.forEach((record, i) => {
    if (Buffer.compare(record, records[best]) > 0) {
      best = i
    }
  })
  return best
}

// The DHT looks validators and selectors up by namespace and copies what it is
// given into objects of its own, so "any namespace" must be their prototype.
function acceptAnyRecord (dht, select) {
  const any = (answer) => new Proxy({}, {
    get: (target, name) => typeof name === 'string' ? answer : undefined
  })
  Object.setPrototypeOf(dht.validators, any(async () => {}))
  Object.setPrototypeOf(dht.selectors, any(select))
}

// libp2p's own event is for peers that are new to it in any way; this one is for what mDNS hears.
function discovery (onFound) {
  return (components) => {
    // Each 10 s by default, which is all that tests would wait for.
    const service = mdns({ interval: 2_000 })(components)
    service.addEventListener('peer', (event) => { onFound(event.detail) })
    return service
  }
}

// onFound hears of each answer with a peer that mDNS gets, from the start of the node on.
export async function newNode (options, onFound) {
  const node = await createLibp2p({
    start: false,
    privateKey: await newIdentity(options['key-type']),
    addresses: { listen: options.listen },
    nodeInfo: { userAgent: 'kad-interop-js' },
    transports: [tcp(), webSockets(webSocketOptions(options))],
    connectionEncrypters: [encrypter(options.security)],
    streamMuxers: [yamux()],
    peerDiscovery: options.mdns ? [discovery(onFound)] : [],
    connectionManager: {
      inboundConnectionThreshold: MANY_CONNECTIONS,
      maxIncomingPendingConnections: MANY_CONNECTIONS
    },
    services: {
      identify: identify(),
      identifyPush: identifyPush(),
      ping: ping(),
      dht: kadDHT({
        protocol: options.protocol,
        clientMode: options.mode === 'client',
        peerInfoMapper: passthroughMapper,
        allowQueryWithZeroPeers: true
      })
    }
  })
  acceptAnyRecord(node.services.dht, options.select === 'greatest' ? selectGreatest : selectFirst)
  await node.start()
  return node
}
