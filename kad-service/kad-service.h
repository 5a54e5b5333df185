/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-callers.h"
#include "kad-companion.h"
#include "kad-node-plan.h"
#include "kad-node.h"
#include "kad-settings.h"

G_BEGIN_DECLS

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

typedef enum
{
  KAD_DISCOVERY_OFF,
  KAD_DISCOVERY_WITHOUT_AVAHI, /* it waits for it */
  KAD_DISCOVERY_WORKS,
} KadDiscoveryState;

#define KAD_TYPE_SERVICE (kad_service_get_type ())

/* The service: one node, whoever needs it, and the objects on D-Bus. Knows nothing of the DHT; main
 * thread only.
 * Signals: "node-started" and "node-stopping" (KadNode): it takes calls from now on, and not any
 * more; "node-changed": addresses, peers or what it does may be others; "connected"
 * (GDBusConnection): it has the objects of the root; "disconnected" (likewise): it
 * is closed, and objects on it keep it in memory; "state-changed"; "idle": nobody needs the
 * service, and it may end; "insisted": a person wants the node up now, whatever pauses it by
 * itself. */
G_DECLARE_FINAL_TYPE (KadService, kad_service, KAD, SERVICE, GObject)

KadService *kad_service_new (const KadServiceOptions *options, GError **error);
KadCallers *kad_service_get_callers (KadService *self);
KadSettings *kad_service_get_settings (KadService *self);
KadServiceState kad_service_get_state (KadService *self);
/* The network that it is in, or would be. (transfer full) */
char *kad_service_dup_network (KadService *self);
/* Where all that survives is kept; NULL: nothing survives. (transfer full) */
char *kad_service_dup_data_folder (KadService *self);
/* Whether others are looked for on the local network. */
KadDiscoveryState kad_service_get_discovery (KadService *self);
/* What of the settings cannot be used, as "SETTING: why". (transfer full) */
char **kad_service_dup_problems (KadService *self);
/* (nullable): why nothing can be kept; it is one of the problems, too. */
const char *kad_service_get_data_error (KadService *self);
/* (transfer none) (nullable): only while it runs */
KadNode *kad_service_get_node (KadService *self);
/* The one of the local network beside it, if there is one and it runs: from before "node-started"
 * until after "node-stopping". (transfer none) (nullable) */
KadCompanion *kad_service_get_companion (KadService *self);
/* (transfer none) (nullable): its node */
KadNode *kad_service_get_companion_node (KadService *self);
/* Whether it has joined, or has nobody to join. With an error: it could not, and tries again by
 * itself; or it does not run. */
gboolean kad_service_is_joined (KadService *self, GError **error);
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
/* The same for who asks any network: somebody in the local network is enough. */
void kad_service_need_any_network_async (KadService *self, GVariant *options,
                                         GAsyncReadyCallback callback, gpointer user_data);
/* Of all of them. (transfer full) */
KadNode *kad_service_need_node_finish (KadService *self, GAsyncResult *result, GError **error);

/* As long as something is in use, the node stays up and the service stays. */
void kad_service_use (KadService *self);
void kad_service_unuse (KadService *self);
/* Nobody needs the node now, or waits for it, and it is down. */
gboolean kad_service_is_idle (KadService *self);
/* Whether something that outlives the service needs the node: then it is up by itself, unless it is
 * paused. */
void kad_service_set_persistent (KadService *self, gboolean is_persistent);

/* A person wants it up, from now until kad_service_stop_async(). */
void kad_service_start_async (KadService *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean kad_service_start_finish (KadService *self, GAsyncResult *result, GError **error);
/* The node stops; the next who needs it starts it again. */
void kad_service_stop_async (KadService *self, GAsyncReadyCallback callback, gpointer user_data);
/* The same for good: whoever needs it gets NotRunning. */
void kad_service_end_async (KadService *self, GAsyncReadyCallback callback, gpointer user_data);
/* Of both. */
gboolean kad_service_stop_finish (KadService *self, GAsyncResult *result, GError **error);
/* Off the network until it is resumed, whoever needs it; kept in the settings.
 * kad_service_stop_finish() ends it. Errors: NotAuthorized, the settings are locked. */
void kad_service_pause_async (KadService *self, const char *reason, GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean kad_service_resume (KadService *self, GError **error);

/* Off the network by itself until it is called again with NULL, whoever needs it; beside a person's
 * pause, which it leaves as it is. @reason: (nullable): a word for it. Told by "state-changed". */
void kad_service_set_automatic_pause (KadService *self, const char *reason);
/* Why it is paused; empty if it is not. (transfer full) */
char *kad_service_dup_pause_reason (KadService *self);
/* Words for why the node is quiet. Told by "state-changed". */
void kad_service_set_quiet_reasons (KadService *self, const char *const *reasons);
/* (transfer none) none: it is not, or does not run */
const char *const *kad_service_get_quiet_reasons (KadService *self);

G_END_DECLS
