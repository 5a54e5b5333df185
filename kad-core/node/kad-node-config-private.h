/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-limit-values.h"
#include "kad-node-config.h"
#include "kad-private-key.h"

G_BEGIN_DECLS

/* Shared by kad-node-config.c and kad-node.c only. */
struct _KadNodeConfig
{
  GObject parent_instance;

  char *network;
  char *protocol;
  char *agent;
  char *identity_path;
  char *data;
  GPtrArray *listen;            /* (element-type KadMultiaddr) */
  GPtrArray *bootstrap;         /* (element-type KadEndpoint) */
  GPtrArray *module_paths;      /* (element-type filename) */
  GPtrArray *transport_options; /* (element-type KadTransportOption) */
  KadPrivateKey *private_key;
  KadKeyType key_type;
  KadMode mode;
  KadLimits limits;
  gsize max_record_bytes;
  gboolean is_accept_any;
  gboolean has_address_filter;
  gboolean is_lenient; /* runs without addresses it cannot listen on */
};

/* As it stands, in an object of its own. */
KadNodeConfig *kad_node_config_dup (KadNodeConfig *self);

G_END_DECLS
