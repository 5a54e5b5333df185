/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"
#include "kad-infos.h"
#include "kad-limits.h"
#include "kad-private-key.h"

G_BEGIN_DECLS

#define KAD_TYPE_NODE_CONFIG (kad_node_config_get_type ())

KAD_API
G_DECLARE_FINAL_TYPE (KadNodeConfig, kad_node_config, KAD, NODE_CONFIG, GObject)

/**
 * KadNodeConfig:
 *
 * What a node shall be. Set up, then given to kad_node_new(), which copies it.
 * The defaults are a node that talks to nobody: network `private:local`, no listen
 * address, no bootstrap peer, a new identity in memory.
 */
KAD_API KadNodeConfig *kad_node_config_new (void);
/* "public", "lan" or "private:NAME": sets protocol, records and address filter as cli.md has them.
 */
KAD_API gboolean kad_node_config_set_network (KadNodeConfig *self, const char *network,
                                              GError **error);
KAD_API gboolean kad_node_config_add_listen (KadNodeConfig *self, const char *multiaddr,
                                             GError **error);
/* A multiaddr, with or without /p2p/ID at its end. */
KAD_API gboolean kad_node_config_add_bootstrap (KadNodeConfig *self, const char *address,
                                                GError **error);
/* A folder whose modules the process loads before the node is made. LimitReached past 64. */
KAD_API gboolean kad_node_config_add_module_path (KadNodeConfig *self, const char *path,
                                                  GError **error);
/* NULL: in memory. */
KAD_API void kad_node_config_set_identity_path (KadNodeConfig *self, const char *path);
KAD_API void kad_node_config_set_key_type (KadNodeConfig *self, KadKeyType type);
KAD_API void kad_node_config_set_mode (KadNodeConfig *self, KadMode mode);
/* This key, over the file and type. */
KAD_API void kad_node_config_set_private_key (KadNodeConfig *self, KadPrivateKey *key);
/* The DHT's protocol id, over the network's. InvalidArgument if it does not begin with "/". */
KAD_API gboolean kad_node_config_set_protocol (KadNodeConfig *self, const char *protocol,
                                               GError **error);
/* ":memory:" (the default) or a folder. A folder holds what survives a restart: the identity. */
KAD_API void kad_node_config_set_data (KadNodeConfig *self, const char *data);
/* Whether that folder has publications, which a node would announce. */
KAD_API gboolean kad_node_config_has_publications (KadNodeConfig *self);
/* FALSE: addresses that are not global are stored, answered and dialled. */
KAD_API void kad_node_config_set_address_filter (KadNodeConfig *self, gboolean filter);
/* TRUE: any record is valid; FALSE: those that prove themselves. Over what the network says. */
KAD_API void kad_node_config_set_accept_any (KadNodeConfig *self, gboolean accept_any);
/* TRUE: what cannot be listened on does not keep the node from running. */
KAD_API void kad_node_config_set_lenient (KadNodeConfig *self, gboolean lenient);
KAD_API void kad_node_config_set_agent (KadNodeConfig *self, const char *agent);
/* 0: the default. */
KAD_API void kad_node_config_set_max_connections (KadNodeConfig *self, guint max_connections);
/* A setting of a transport, like `websocket`, `certificate`, `cert.pem`; see
 * kad-node-config.c. InvalidArgument, LimitReached. */
KAD_API gboolean kad_node_config_set_transport_option (KadNodeConfig *self, const char *transport,
                                                       const char *option, const char *value,
                                                       GError **error);
/* Any limit by its name. InvalidArgument: there is none, or the value is out of its range. */
KAD_API gboolean kad_node_config_set_limit (KadNodeConfig *self, const char *name, guint64 value,
                                            GError **error);
/* 0: there is none of that name. */
KAD_API guint64 kad_node_config_get_limit (KadNodeConfig *self, const char *name);

G_END_DECLS
