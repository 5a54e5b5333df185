/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a node tells by itself: properties and the signal `event`.
 *
 * Values change in the node's thread, and are told in the context in which the node was made. The
 * teller stands between: it outlives the node, holds it weakly, and is what messages carry, so that
 * no message in the node's thread ever holds the node (whose end joins that thread). Nothing is
 * posted unless somebody is connected.
 */
#include "kad-enum-types.h"
#include "kad-live-list.h"
#include "kad-node-private.h"

#define KAD_MAX_TOLD_PENDING 65536 /* events that wait for a slow handler; more are dropped */

struct _KadNodeTeller
{
  gatomicrefcount refs;
  GWeakRef node;
  GMainContext *context;
  int changed; /* atomic: a bit for each property that was not told yet */
  int pending; /* atomic: events on their way */
  int bytes;   /* atomic: of those */
};

static GParamSpec *properties[KAD_NODE_N_PROPS];
static guint event_signal;
static guint notify_signal;

/* ---- the teller ---- */

static void
teller_unref (gpointer data)
{
  KadNodeTeller *self = data;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_weak_ref_clear (&self->node);
  g_main_context_unref (self->context);
  g_free (self);
}

static KadNodeTeller *
teller_ref (KadNodeTeller *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
kad_node_init_teller (KadNode *self)
{
  self->teller = g_new0 (KadNodeTeller, 1);
  g_atomic_ref_count_init (&self->teller->refs);
  g_weak_ref_init (&self->teller->node, self);
  self->teller->context = g_main_context_ref_thread_default ();
  g_weak_ref_init (&self->table, NULL);
  g_weak_ref_init (&self->connections, NULL);
}

void
kad_node_clear_teller (KadNode *self)
{
  g_weak_ref_clear (&self->table);
  g_weak_ref_clear (&self->connections);
  g_clear_pointer (&self->teller, teller_unref);
}

/* ---- properties ---- */

static gboolean
tell_changed (gpointer data)
{
  KadNodeTeller *teller = data;
  guint changed = g_atomic_int_and ((guint *) &teller->changed, 0);
  g_autoptr (KadNode) node = g_weak_ref_get (&teller->node);

  for (guint id = 1; node != NULL && id < KAD_NODE_N_PROPS; id++)
    if (changed & (1u << id))
      g_object_notify_by_pspec (G_OBJECT (node), properties[id]);
  return G_SOURCE_REMOVE;
}

void
kad_node_note_changed (KadNode *self, KadNodeProperty id)
{
  GQuark detail = g_quark_from_static_string (properties[id]->name);

  /* Those who want to hear of all properties are not found by the name of one. */
  if (!g_signal_has_handler_pending (self, notify_signal, detail, TRUE)
      && !g_signal_has_handler_pending (self, notify_signal, 0, TRUE))
    return;
  if (g_atomic_int_or ((guint *) &self->teller->changed, 1u << id) == 0)
    kad_node_post (self->teller->context, tell_changed, teller_ref (self->teller), teller_unref);
}

static void
set_number (KadNode *self, int *number, int value, KadNodeProperty id)
{
  if (g_atomic_int_get (number) == value)
    return;
  g_atomic_int_set (number, value);
  kad_node_note_changed (self, id);
}

void
kad_node_note_network (KadNode *self)
{
  gboolean is_up = self->network != NULL;

  set_number (self, &self->n_connections,
              is_up ? (int) kad_network_get_n_connections (self->network) : 0,
              KAD_NODE_PROP_N_CONNECTIONS);
  g_atomic_int_set (&self->table_size,
                    is_up ? (int) kad_network_get_table_size (self->network) : 0);
  set_number (self, &self->is_server, is_up && kad_network_is_server (self->network),
              KAD_NODE_PROP_SERVER);
  if (is_up)
    set_number (self, &self->mode, kad_network_get_mode (self->network), KAD_NODE_PROP_MODE);
  if (!is_up)
    set_number (self, &self->is_joined, FALSE, KAD_NODE_PROP_JOINED);
}

/* ---- events ---- */

typedef struct
{
  KadNodeTeller *teller;
  KadEvent *event;
  int bytes;
} Told;

static void
told_free (gpointer data)
{
  Told *self = data;

  g_atomic_int_add (&self->teller->pending, -1);
  g_atomic_int_add (&self->teller->bytes, -self->bytes);
  kad_event_unref (self->event);
  teller_unref (self->teller);
  g_free (self);
}

static gboolean
tell_event (gpointer data)
{
  Told *self = data;
  g_autoptr (KadNode) node = g_weak_ref_get (&self->teller->node);

  if (node != NULL)
    g_signal_emit (node, event_signal, 0, self->event);
  return G_SOURCE_REMOVE;
}

void
kad_node_tell_event (KadNode *self, KadEvent *event)
{
  Told *told;
  int bytes;

  switch (event->type)
    {
    case KAD_EVENT_JOINED:
      set_number (self, &self->is_joined, TRUE, KAD_NODE_PROP_JOINED);
      break;
    case KAD_EVENT_ADDRESSES_CHANGED:
      kad_node_note_addresses (self);
      break;
    case KAD_EVENT_PEER_CONNECTED:
    case KAD_EVENT_PEER_DISCONNECTED:
    case KAD_EVENT_MODE_CHANGED:
    case KAD_EVENT_TABLE_ADDED:
    case KAD_EVENT_TABLE_REMOVED:
      kad_node_note_network (self);
      break;
    default:
      break;
    }
  if (!g_signal_has_handler_pending (self, event_signal, 0, FALSE)
      || g_atomic_int_get (&self->teller->pending) >= KAD_MAX_TOLD_PENDING)
    return;
  bytes = kad_node_estimate_event (event);
  if (g_atomic_int_get (&self->teller->bytes) > KAD_MAX_PENDING_EVENT_BYTES - bytes)
    return;
  told = g_new0 (Told, 1);
  told->teller = teller_ref (self->teller);
  told->event = kad_event_ref (event);
  told->bytes = bytes;
  g_atomic_int_add (&self->teller->bytes, bytes);
  g_atomic_int_inc (&self->teller->pending);
  kad_node_post (self->teller->context, tell_event, told, told_free);
}

/* ---- lists ---- */

static GListModel *
ref_live_list (KadNode *self, GWeakRef *weak, KadLiveKind kind)
{
  static GMutex making;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&making);
  gpointer list = g_weak_ref_get (weak);

  if (list == NULL)
    {
      list = kad_live_list_new (self, kind, self->teller->context);
      g_weak_ref_set (weak, list);
    }
  return G_LIST_MODEL (list);
}

/**
 * kad_node_ref_table: (get-property table)
 * @self: a node
 *
 * The routing table as a list of [class@TableItem] that follows it, in no promised order. It is
 * filled and changes in the context in which the node was made; the node does nothing for it while
 * nobody holds it, and it does not keep the node. Empty while the node does not run.
 *
 * Returns: (transfer full): the list; the same for all who hold it
 */
GListModel *
kad_node_ref_table (KadNode *self)
{
  g_return_val_if_fail (KAD_IS_NODE (self), NULL);

  return ref_live_list (self, &self->table, KAD_LIVE_TABLE);
}

/**
 * kad_node_ref_connections: (get-property connections)
 * @self: a node
 *
 * The connections as a list of [class@ConnectionItem] that follows them, with what holds for
 * [method@Node.ref_table].
 *
 * Returns: (transfer full): the list; the same for all who hold it
 */
GListModel *
kad_node_ref_connections (KadNode *self)
{
  g_return_val_if_fail (KAD_IS_NODE (self), NULL);

  return ref_live_list (self, &self->connections, KAD_LIVE_CONNECTIONS);
}

/* ---- reading ---- */

/**
 * kad_node_get_state:
 * @self: a node
 *
 * Returns: whether it runs
 */
KadNodeState
kad_node_get_state (KadNode *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  g_return_val_if_fail (KAD_IS_NODE (self), KAD_NODE_STATE_STOPPED);

  locker = g_mutex_locker_new (&self->lock);
  return self->state;
}

/**
 * kad_node_is_joined: (get-property joined)
 * @self: a node
 *
 * Returns: whether somebody was in its routing table since it was started
 */
gboolean
kad_node_is_joined (KadNode *self)
{
  g_return_val_if_fail (KAD_IS_NODE (self), FALSE);

  return g_atomic_int_get (&self->is_joined);
}

/**
 * kad_node_is_server: (get-property server)
 * @self: a node
 *
 * Returns: whether it answers requests of the DHT now; see [enum@Mode]
 */
gboolean
kad_node_is_server (KadNode *self)
{
  g_return_val_if_fail (KAD_IS_NODE (self), FALSE);

  return g_atomic_int_get (&self->is_server);
}

/**
 * kad_node_get_mode: (get-property mode)
 * @self: a node
 *
 * Returns: the mode that its configuration said, or what it was set to since; whether it serves is
 *   another question: kad_node_is_server()
 */
KadMode
kad_node_get_mode (KadNode *self)
{
  g_return_val_if_fail (KAD_IS_NODE (self), KAD_MODE_AUTO);

  return (KadMode) g_atomic_int_get (&self->mode);
}

/**
 * kad_node_get_n_connections:
 * @self: a node
 *
 * Returns: how many connections it has, those included that are not yet secure
 */
guint
kad_node_get_n_connections (KadNode *self)
{
  g_return_val_if_fail (KAD_IS_NODE (self), 0);

  return (guint) g_atomic_int_get (&self->n_connections);
}

/**
 * kad_node_get_table_size:
 * @self: a node
 *
 * Returns: how many peers are in its routing table; 0 while it does not run
 */
guint
kad_node_get_table_size (KadNode *self)
{
  g_return_val_if_fail (KAD_IS_NODE (self), 0);

  return (guint) g_atomic_int_get (&self->table_size);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadNode *self = KAD_NODE (object);

  switch ((KadNodeProperty) id)
    {
    case KAD_NODE_PROP_STATE:
      g_value_set_enum (value, kad_node_get_state (self));
      break;
    case KAD_NODE_PROP_PEER_ID:
      g_value_set_boxed (value, kad_node_get_peer_id (self));
      break;
    case KAD_NODE_PROP_ADDRESSES:
      g_value_take_boxed (value, kad_node_dup_addresses (self));
      break;
    case KAD_NODE_PROP_JOINED:
      g_value_set_boolean (value, kad_node_is_joined (self));
      break;
    case KAD_NODE_PROP_SERVER:
      g_value_set_boolean (value, kad_node_is_server (self));
      break;
    case KAD_NODE_PROP_MODE:
      g_value_set_enum (value, kad_node_get_mode (self));
      break;
    case KAD_NODE_PROP_N_CONNECTIONS:
      g_value_set_uint (value, kad_node_get_n_connections (self));
      break;
    case KAD_NODE_PROP_TABLE:
      g_value_take_object (value, kad_node_ref_table (self));
      break;
    case KAD_NODE_PROP_CONNECTIONS:
      g_value_take_object (value, kad_node_ref_connections (self));
      break;
    case KAD_NODE_N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

/* ---- the class ---- */

#define READ (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

/* What it is in the network. */
static void
install_network_properties (void)
{
  /**
   * KadNode:joined: (getter is_joined)
   *
   * Whether somebody was in its routing table since it was started.
   */
  properties[KAD_NODE_PROP_JOINED] = g_param_spec_boolean ("joined", NULL, NULL, FALSE, READ);
  /**
   * KadNode:server: (getter is_server)
   *
   * Whether it answers requests of the DHT now.
   */
  properties[KAD_NODE_PROP_SERVER] = g_param_spec_boolean ("server", NULL, NULL, FALSE, READ);
  /**
   * KadNode:mode: (getter get_mode)
   *
   * The mode that was asked for, by the configuration or by kad_node_set_mode_async().
   */
  properties[KAD_NODE_PROP_MODE]
      = g_param_spec_enum ("mode", NULL, NULL, KAD_TYPE_MODE, KAD_MODE_AUTO, READ);
  /**
   * KadNode:n-connections:
   *
   * How many connections it has.
   */
  properties[KAD_NODE_PROP_N_CONNECTIONS]
      = g_param_spec_uint ("n-connections", NULL, NULL, 0, G_MAXUINT, 0, READ);
}

void
kad_node_install_properties (GObjectClass *object_class)
{
  object_class->get_property = get_property;

  /**
   * KadNode:state:
   *
   * Whether it runs.
   */
  properties[KAD_NODE_PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, KAD_TYPE_NODE_STATE, KAD_NODE_STATE_STOPPED, READ);
  /**
   * KadNode:peer-id:
   *
   * Who it is; constant over its life.
   */
  properties[KAD_NODE_PROP_PEER_ID]
      = g_param_spec_boxed ("peer-id", NULL, NULL, KAD_TYPE_PEER_ID, READ);
  /**
   * KadNode:addresses: (getter dup_addresses)
   *
   * `<multiaddr>/p2p/<id>` of every listen address; empty while it does not run.
   */
  properties[KAD_NODE_PROP_ADDRESSES]
      = g_param_spec_boxed ("addresses", NULL, NULL, G_TYPE_STRV, READ);
  install_network_properties ();
  /**
   * KadNode:table: (getter ref_table)
   *
   * The routing table, as [class@TableItem].
   */
  properties[KAD_NODE_PROP_TABLE]
      = g_param_spec_object ("table", NULL, NULL, G_TYPE_LIST_MODEL, READ);
  /**
   * KadNode:connections: (getter ref_connections)
   *
   * The connections, as [class@ConnectionItem].
   */
  properties[KAD_NODE_PROP_CONNECTIONS]
      = g_param_spec_object ("connections", NULL, NULL, G_TYPE_LIST_MODEL, READ);
  g_object_class_install_properties (object_class, KAD_NODE_N_PROPS, properties);

  /**
   * KadNode::event:
   * @self: the node
   * @event: what happened
   *
   * Something happened in the node. Told in the context in which the node was made, in order, and
   * some time after it happened. A handler that does not keep up loses events past 65,536 waiting
   * ones.
   */
  event_signal = g_signal_new ("event", KAD_TYPE_NODE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, KAD_TYPE_EVENT);
  notify_signal = g_signal_lookup ("notify", G_TYPE_OBJECT);
}
