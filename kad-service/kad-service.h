/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-callers.h"
#include "kad-node.h"

G_BEGIN_DECLS

/* What the command line of kadd says, over the settings. */
typedef struct
{
  const char *data;          /* the folder of state, or ":memory:"; NULL: the person's */
  const char *settings_file; /* NULL: GSettings' own place */
  const char *network;       /* NULL: as the settings say, and so on */
  const char *const *listen; /* NULL: likewise */
  const char *const *join;   /* NULL: likewise */
  int idle_exit_s;           /* 0: never */
} KadServiceOptions;

typedef enum
{
  KAD_SERVICE_STOPPED,
  KAD_SERVICE_STARTING,
  KAD_SERVICE_OFFLINE,
  KAD_SERVICE_BOOTSTRAPPING,
  KAD_SERVICE_ONLINE,
  KAD_SERVICE_PAUSED,
} KadServiceState;

const char *kad_service_state_get_name (KadServiceState state);

#define KAD_TYPE_SERVICE (kad_service_get_type ())

/* The service: one node, whoever needs it, and the objects on D-Bus. Knows nothing of the DHT; main
 * thread only.
 * Signals: "node-started" and "node-stopping" (KadNode): it takes calls from now on, and not any
 * more; "connected" (GDBusConnection): it has the objects of the root; "state-changed"; "idle":
 * nobody needs the service, and it may end. */
G_DECLARE_FINAL_TYPE (KadService, kad_service, KAD, SERVICE, GObject)

KadService *kad_service_new (const KadServiceOptions *options, GError **error);
KadCallers *kad_service_get_callers (KadService *self);
KadServiceState kad_service_get_state (KadService *self);
/* (transfer none) (nullable): only while it runs */
KadNode *kad_service_get_node (KadService *self);
/* Has all objects on a connection; until it closes. */
gboolean kad_service_export (KadService *self, GDBusConnection *connection, GError **error);
/* An object of one caller on its connection, or of all (publications). */
GPtrArray *kad_service_get_connections (KadService *self); /* (element-type GDBusConnection) */

/* The node, started if need be. @options: of the call: "no-start". Errors: Paused, NotRunning. */
void kad_service_need_node_async (KadService *self, GVariant *options, GAsyncReadyCallback callback,
                                  gpointer user_data);
/* The same for who asks the network: a node that is still joining is given when it has joined, or
 * could not, or after KAD_JOIN_PATIENCE_S. */
#define KAD_JOIN_PATIENCE_S 15
void kad_service_need_network_async (KadService *self, GVariant *options,
                                     GAsyncReadyCallback callback, gpointer user_data);
/* Of both. (transfer full) */
KadNode *kad_service_need_node_finish (KadService *self, GAsyncResult *result, GError **error);

/* As long as something is in use, the node stays up and the service stays. */
void kad_service_use (KadService *self);
void kad_service_unuse (KadService *self);

void kad_service_start_async (KadService *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean kad_service_start_finish (KadService *self, GAsyncResult *result, GError **error);
/* The node stops; the next who needs it starts it again. */
void kad_service_stop_async (KadService *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean kad_service_stop_finish (KadService *self, GAsyncResult *result, GError **error);

G_END_DECLS
