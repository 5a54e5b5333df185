/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"

G_BEGIN_DECLS

/**
 * KAD_ERROR:
 *
 * The one error domain of Kad. A message says what was tried, with what, and
 * what to do; it is untranslated.
 */
#define KAD_ERROR (kad_error_quark ())

/**
 * KadError:
 * @KAD_ERROR_FAILED: something else; the message says what
 * @KAD_ERROR_NOT_RUNNING: the node is not running, or shut down meanwhile
 * @KAD_ERROR_OFFLINE: there is no network, or nobody could be reached
 * @KAD_ERROR_PAUSED: the node was paused
 * @KAD_ERROR_NOT_BOOTSTRAPPED: the routing table is empty
 * @KAD_ERROR_INVALID_KEY: a key, CID, peer id or multihash is malformed
 * @KAD_ERROR_INVALID_ADDRESS: a multiaddr is malformed or cannot be used
 * @KAD_ERROR_INVALID_RECORD: a validator refused a record
 * @KAD_ERROR_OLDER_RECORD: a better record is known already
 * @KAD_ERROR_RECORD_TOO_LARGE: a record exceeds the network's limit
 * @KAD_ERROR_NOT_FOUND: what was asked for does not exist
 * @KAD_ERROR_DIAL_FAILED: no address of a peer could be connected
 * @KAD_ERROR_TIMEOUT: a deadline passed
 * @KAD_ERROR_CANCELLED: the caller cancelled
 * @KAD_ERROR_LIMIT_REACHED: a limit or quota refused it; the message names it
 * @KAD_ERROR_NOT_AUTHORIZED: the caller may not do this
 * @KAD_ERROR_NOT_SUPPORTED: the peer, protocol or build cannot do this
 * @KAD_ERROR_CORRUPT: a file or stored value is damaged
 * @KAD_ERROR_INVALID_ARGUMENT: an option or argument is malformed
 * @KAD_ERROR_UNKNOWN_COMMAND: no command has this name
 * @KAD_ERROR_PROTOCOL: a peer broke a protocol
 * @KAD_ERROR_CLOSED: the connection or stream ended before its answer
 * @KAD_ERROR_QUORUM_FAILED: fewer peers than the quorum did what was asked
 *
 * Codes of %KAD_ERROR. Once published, codes are only added.
 */
typedef enum
{
  KAD_ERROR_FAILED,
  KAD_ERROR_NOT_RUNNING,
  KAD_ERROR_OFFLINE,
  KAD_ERROR_PAUSED,
  KAD_ERROR_NOT_BOOTSTRAPPED,
  KAD_ERROR_INVALID_KEY,
  KAD_ERROR_INVALID_ADDRESS,
  KAD_ERROR_INVALID_RECORD,
  KAD_ERROR_OLDER_RECORD,
  KAD_ERROR_RECORD_TOO_LARGE,
  KAD_ERROR_NOT_FOUND,
  KAD_ERROR_DIAL_FAILED,
  KAD_ERROR_TIMEOUT,
  KAD_ERROR_CANCELLED,
  KAD_ERROR_LIMIT_REACHED,
  KAD_ERROR_NOT_AUTHORIZED,
  KAD_ERROR_NOT_SUPPORTED,
  KAD_ERROR_CORRUPT,
  KAD_ERROR_INVALID_ARGUMENT,
  KAD_ERROR_UNKNOWN_COMMAND,
  KAD_ERROR_PROTOCOL,
  KAD_ERROR_CLOSED,
  KAD_ERROR_QUORUM_FAILED,
} KadError;

/**
 * KAD_DBUS_ERROR_PREFIX:
 *
 * What the names of errors begin with on D-Bus: `org.libkad.Kad1.Error.NotFound`.
 */
#define KAD_DBUS_ERROR_PREFIX "org.libkad.Kad1.Error."

KAD_API GQuark kad_error_quark (void);
KAD_API const char *kad_error_code_get_name (KadError code);
KAD_API const char *kad_error_get_name (const GError *error);

G_END_DECLS
