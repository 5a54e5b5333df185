/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-tcp-address.h"

G_BEGIN_DECLS

/* An address of IP and TCP with /ws, /wss, /tls/ws or /tls/sni/HOST/ws behind it, and
 * /http-path/PATH behind that. */
typedef struct
{
  KadTcpAddress tcp;
  gboolean is_tls;
  char *sni;            /* (nullable) */
  char *path;           /* (nullable) without the slash at its beginning, escaped */
  KadMultiaddr *suffix; /* what stands behind the port */
  KadMultiaddr *bare;   /* the same without names: /ws, /wss or /tls/ws */
} KadWsAddress;

/* FALSE, and nothing to clear, for anything else. */
gboolean kad_ws_address_parse (KadWsAddress *self, const KadMultiaddr *address);
void kad_ws_address_clear (KadWsAddress *self);
/* Whom a certificate has to name: the sni, or the address of IP. */
char *kad_ws_address_dup_host (const KadWsAddress *self);
/* RFC 9110 section 7.2: the host, and the port if it is not the usual one */
char *kad_ws_address_dup_authority (const KadWsAddress *self);
/* /dns/HOST/tcp/N/tls/ws and the like as /dns/HOST/tcp/N/tls/sni/HOST/ws, so that the name is still
 * there when it has been resolved; NULL where nothing has to be kept. */
KadMultiaddr *kad_ws_address_keep_name (const KadMultiaddr *address);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KadWsAddress, kad_ws_address_clear)

G_END_DECLS
