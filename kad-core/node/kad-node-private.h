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
 *   kad-node-watch.c  events to watchers */

typedef enum
{
  NODE_STOPPED,
  NODE_STARTING,
  NODE_RUNNING,
  NODE_STOPPING,
} NodeState;

struct _KadNode
{
  GObject parent_instance;

  KadNodeConfig *config;
  KadPrivateKey *key;
  KadPeerId peer;
  GMainContext *context; /* of the thread */
  GMainLoop *loop;
  KadNetwork *network; /* touched in the thread only */

  GMutex lock; /* over what follows */
  NodeState state;
  GThread *thread;
  GTask *stop_task; /* (nullable) who waits for the end */
  char **addresses;
  GPtrArray *watches; /* (element-type Watch) */
  guint next_watch;
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

G_END_DECLS
