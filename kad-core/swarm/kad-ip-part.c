/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-ip-part.h"

#include <string.h>

#define IP6_BYTES 16

KadMultiaddr *
kad_ip_part_new (const KadMultiaddr *address)
{
  guint8 bytes[1 + IP6_BYTES];
  KadMultiaddrIter iter;
  const guint8 *value;
  guint32 code;
  gsize len;

  kad_multiaddr_iter_init (&iter, address);
  do
    {
      if (!kad_multiaddr_iter_next (&iter, &code, &value, &len))
        return NULL;
    }
  while (code == KAD_MULTIADDR_IP6ZONE);
  if ((code != KAD_MULTIADDR_IP4 && code != KAD_MULTIADDR_IP6) || len > IP6_BYTES)
    return NULL;
  bytes[0] = (guint8) code;
  memcpy (bytes + 1, value, len);
  return kad_multiaddr_new_from_bytes (bytes, 1 + len, NULL);
}
