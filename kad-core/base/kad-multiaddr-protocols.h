/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KadMultiaddrValue:
 *
 * What the value of a component is, which decides how it is checked and
 * written as text.
 */
typedef enum
{
  KAD_MULTIADDR_VALUE_NONE,
  KAD_MULTIADDR_VALUE_IP4,
  KAD_MULTIADDR_VALUE_IP6,
  KAD_MULTIADDR_VALUE_CIDR,
  KAD_MULTIADDR_VALUE_PORT,
  KAD_MULTIADDR_VALUE_NAME,
  KAD_MULTIADDR_VALUE_PATH,
  KAD_MULTIADDR_VALUE_PEER,
  KAD_MULTIADDR_VALUE_ONION,
  KAD_MULTIADDR_VALUE_ONION3,
  KAD_MULTIADDR_VALUE_GARLIC64,
  KAD_MULTIADDR_VALUE_GARLIC32,
  KAD_MULTIADDR_VALUE_MULTIHASH,
  KAD_MULTIADDR_VALUE_HTTP_PATH,
  KAD_MULTIADDR_VALUE_NUMBER,
} KadMultiaddrValue;

/* The size of a value that carries its own length. */
#define KAD_MULTIADDR_SIZE_VARIABLE (-1)

/**
 * KadMultiaddrProtocol:
 * @code: its number on the wire
 * @size_bytes: how long its value is; 0 for none, or %KAD_MULTIADDR_SIZE_VARIABLE
 * @value: what its value is
 * @name: its name in text
 *
 * A row of the table of protocols.
 */
typedef struct
{
  guint32 code;
  gint16 size_bytes;
  KadMultiaddrValue value;
  const char *name;
} KadMultiaddrProtocol;

const KadMultiaddrProtocol *kad_multiaddr_protocol_by_code (guint64 code);
const KadMultiaddrProtocol *kad_multiaddr_protocol_by_name (const char *name, gsize len);
const KadMultiaddrProtocol *kad_multiaddr_protocol_by_index (gsize index);

G_END_DECLS
