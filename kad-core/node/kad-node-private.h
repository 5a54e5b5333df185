/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-network.h"
#include "kad-node.h"
#include "kad-node-config-private.h"

G_BEGIN_DECLS

/* Shared by the kad-node*.c files only:
 *   kad-node.c        life, the thread
 *   kad-node-run.c    running commands from any thread
 *   kad-node-calls.c  the typed calls on top of it
 *   kad-node-protect-calls.c  which peers are kept
 *   kad-node-stats-calls.c  statistics, reachability, mode
 *   kad-node-watch.c  events to watchers
 *   kad-node-trace.c  events with their way along the chain
 *   kad-node-properties.c  properties, lists and the signal
 *   kad-node-join.c   starting and joining as one call */

typedef struct _KadNodeTeller KadNodeTeller;

typedef enum
{
  KAD_NODE_PROP_STATE = 1,
  KAD_NODE_PROP_PEER_ID,
  KAD_NODE_PROP_ADDRESSES,
  KAD_NODE_PROP_JOINED,
  KAD_NODE_PROP_SERVER,
  KAD_NODE_PROP_MODE,
  KAD_NODE_PROP_N_CONNECTIONS,
  KAD_NODE_PROP_TABLE,
  KAD_NODE_PROP_CONNECTIONS,
  KAD_NODE_N_PROPS,
} KadNodeProperty;

struct _KadNode
{
  GObject parent_instance;

  KadNodeConfig *config;
  KadPrivateKey *key;
  KadPeerId peer;
  GMainContext *context; /* of the thread */
  GMainLoop *loop;
  KadNetwork *network; /* touched in the thread only */
  KadNodeTeller *teller;
  int n_connections, table_size, is_joined, is_server; /* atomic, set in the thread */
  int mode;                                            /* likewise: what was last asked for */
  GWeakRef listed;                                     /* for kad_node_list_all() */
  GWeakRef table, connections;                         /* the lists, while somebody holds them */

  GMutex lock; /* over what follows */
  KadNodeState state;
  GThread *thread;
  GTask *stop_task; /* (nullable) who waits for the end */
  char **addresses;
  char **listen_failures;
  GPtrArray *watches; /* (element-type Watch) */
  GPtrArray *joins;   /* (element-type GTask) who waits until it has joined */
  GError *join_error; /* (nullable) why nobody could be joined since it was started */
  GPtrArray *traces;  /* (element-type Watch) of kad-node-trace.c */
  guint next_watch;
  guint64 last_run; /* the number of the youngest run */
};

/* Runs @func once in @context, in order with all others, never inside of this call. */
void kad_node_post (GMainContext *context, GSourceFunc func, gpointer data, GDestroyNotify destroy);
/* Posts to the thread. FALSE and NotRunning: nothing was posted. What was posted runs before the
 * network stops. */
gboolean kad_node_post_running (KadNode *self, GSourceFunc func, gpointer data,
                                GDestroyNotify destroy, GError **error);
/* The network's tap: in the thread. */
void kad_node_tell_watches (KadEvent *event, gpointer user_data);
void kad_node_free_watches (KadNode *self);
/* kad_node_watch() that calls back in @context. */
guint kad_node_watch_in (KadNode *self, GMainContext *context, KadNodeEventFunc func,
                         gpointer user_data, GDestroyNotify destroy);
/* In the thread: the network traces exactly while somebody watches. */
void kad_node_sync_trace (KadNode *self);
/* In the thread: an event that no command is asked about. */
void kad_node_tell_undelivered (KadNode *self, KadEvent *event);
void kad_node_free_traces (KadNode *self);
void kad_node_install_properties (GObjectClass *object_class);
void kad_node_enlist (KadNode *self);
void kad_node_delist (KadNode *self);
void kad_node_init_teller (KadNode *self);
void kad_node_clear_teller (KadNode *self);
/* From any thread: tells who is connected, if anybody is. */
void kad_node_note_changed (KadNode *self, KadNodeProperty id);
/* In the thread: what the properties say of the network may have changed. */
void kad_node_note_network (KadNode *self);
/* Where it listens now; in its thread. */
void kad_node_note_addresses (KadNode *self);
/* What the events hold that wait for one slow watcher or handler; more are dropped. */
#define KAD_MAX_PENDING_EVENT_BYTES (16 * 1024 * 1024)
/* Roughly what an event keeps in memory, at most that: peers say how much some of them hold. */
int kad_node_estimate_event (const KadEvent *event);
/* In the thread. */
void kad_node_tell_event (KadNode *self, KadEvent *event);
/* @error: (nullable): why nobody could be joined */
void kad_node_end_joins (KadNode *self, const GError *error);

G_END_DECLS
