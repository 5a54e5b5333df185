/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-rpc.h"

#include "kad-rpc-private.h"

KadRpc *
kad_rpc_new (KadReactor *reactor, const char *protocol, KadRpcServe serve, gpointer user_data)
{
  KadRpc *self = g_new0 (KadRpc, 1);

  self->reactor = reactor;
  self->protocol = g_strdup (protocol);
  self->serve = serve;
  self->user_data = user_data;
  kad_rpc_server_init (self);
  kad_rpc_client_init (self);
  g_queue_init (&self->failing);
  return self;
}

void
kad_rpc_free (KadRpc *self)
{
  if (self == NULL)
    return;
  kad_rpc_client_clear (self);
  g_free (self->protocol);
  g_free (self);
}

const char *
kad_rpc_get_protocol_name (KadRpc *self)
{
  return self->protocol;
}

gconstpointer
kad_rpc_get_server (KadRpc *self)
{
  return &self->server;
}
