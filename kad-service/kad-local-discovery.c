/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-local-discovery.h"

#include "kad-avahi.h"
#include "kad-local-peers.h"
#include "kad-local-txt.h"

#define LOOK_S 3 /* whoever is there has answered by then */
#define DIAL_TIMEOUT_MS 5000
#define MAX_WAIT_MS 60000
#define SETTLE_MS 50 /* addresses of a node change in flocks, and a peer has several */

struct _KadLocalDiscovery
{
  GObject parent_instance;

  KadNode *node;
  guint watch;
  gulong notified;
  GCancellable *cancellable;
  KadAvahi *avahi; /* (nullable): until there is a bus */
  KadLocalPeers *peers;
  GVariant *txt; /* (nullable) what is announced */
  guint announce_timer;
  guint timer;
  guint look_timer;
  gboolean is_working;
  gboolean is_asked; /* Avahi was looked for */
};

G_DEFINE_FINAL_TYPE (KadLocalDiscovery, kad_local_discovery, G_TYPE_OBJECT)

static guint changed_signal;

gboolean
kad_local_discovery_is_looking (KadLocalDiscovery *self)
{
  return self->look_timer != 0;
}

gboolean
kad_local_discovery_is_working (KadLocalDiscovery *self)
{
  return self->is_working;
}

guint
kad_local_discovery_get_n_found (KadLocalDiscovery *self)
{
  return kad_local_peers_get_size (self->peers);
}

static void
end_looking (KadLocalDiscovery *self)
{
  if (self->look_timer == 0)
    return;
  g_clear_handle_id (&self->look_timer, g_source_remove);
  g_signal_emit (self, changed_signal, 0);
}

static gboolean
on_looked (gpointer user_data)
{
  g_autoptr (KadLocalDiscovery) self = g_object_ref (user_data);

  self->look_timer = 0;
  g_signal_emit (self, changed_signal, 0);
  return G_SOURCE_REMOVE;
}

/* ---- dialling ---- */

static void plan (KadLocalDiscovery *self);

typedef struct
{
  GWeakRef discovery; /* may be gone when the dial ends */
  char *name;
  char *address;
} Dial;

static void
on_dialled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Dial *dial = user_data;
  g_autoptr (KadLocalDiscovery) self = g_weak_ref_get (&dial->discovery);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);

  g_debug ("%s, announced on the local network: %s", dial->address,
           summary != NULL ? "reached" : error->message);
  if (self != NULL)
    {
      kad_local_peers_end_dial (self->peers, dial->name, summary != NULL, g_get_monotonic_time ());
      plan (self);
    }
  g_weak_ref_clear (&dial->discovery);
  g_free (dial->name);
  g_free (dial->address);
  g_free (dial);
}

static void
dial (KadLocalDiscovery *self, const char *address, char *name)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  Dial *dial = g_new0 (Dial, 1);

  g_weak_ref_init (&dial->discovery, self);
  dial->name = name;
  dial->address = g_strdup (address);
  g_variant_dict_insert (&options, "address", "s", address);
  g_variant_dict_insert (&options, "timeout-ms", "u", DIAL_TIMEOUT_MS);
  kad_node_run_async (self->node, "dial", g_variant_dict_end (&options), NULL, NULL, NULL,
                      self->cancellable, on_dialled, dial);
}

static gboolean
on_due (gpointer user_data)
{
  KadLocalDiscovery *self = user_data;
  gint64 now_us = g_get_monotonic_time ();
  const char *text;
  char *name;

  self->timer = 0;
  while ((text = kad_local_peers_end_lookup (self->peers, now_us)) != NULL)
    kad_avahi_end_lookup (self->avahi, text);
  while ((text = kad_local_peers_begin_lookup (self->peers, now_us)) != NULL)
    kad_avahi_begin_lookup (self->avahi, text);
  while ((text = kad_local_peers_begin_dial (self->peers, now_us, &name)) != NULL)
    dial (self, text, name);
  plan (self);
  return G_SOURCE_REMOVE;
}

static void
plan (KadLocalDiscovery *self)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 due_us = kad_local_peers_get_due_us (self->peers, now_us);
  guint wait_ms = due_us > now_us ? (guint) MIN ((due_us - now_us) / 1000 + 1, MAX_WAIT_MS) : 0;

  g_clear_handle_id (&self->timer, g_source_remove);
  if (due_us != G_MAXINT64)
    self->timer = g_timeout_add (wait_ms, on_due, self);
}

/* All that is on its way from Avahi is looked at once. */
static void
plan_at_once (KadLocalDiscovery *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (0, on_due, self);
}

/* ---- what Avahi tells ---- */

static void
on_name_appeared (gpointer user_data, const char *name)
{
  KadLocalDiscovery *self = user_data;

  if (kad_local_peers_add (self->peers, name, g_get_monotonic_time ()))
    plan_at_once (self);
}

static void
on_name_vanished (gpointer user_data, const char *name)
{
  KadLocalDiscovery *self = user_data;

  if (!kad_local_peers_remove (self->peers, name))
    return;
  kad_avahi_end_lookup (self->avahi, name);
  plan_at_once (self);
}

static void
on_name_told (gpointer user_data, const char *name, const guint8 *data, gsize len)
{
  KadLocalDiscovery *self = user_data;

  kad_local_peers_note_txt (self->peers, name, data, len, g_get_monotonic_time ());
  plan_at_once (self);
}

static void
on_avahi_changed (gpointer user_data, gboolean is_there)
{
  KadLocalDiscovery *self = user_data;

  if (!is_there && (self->is_working || !self->is_asked))
    g_message ("There is no Avahi on the system bus: nobody is found on the local network, nor "
               "finds us, until it comes");
  else if (is_there && self->is_asked && !self->is_working)
    g_message ("Avahi is there: others on the local network are looked for");
  self->is_asked = TRUE;
  self->is_working = is_there;
  kad_local_peers_clear (self->peers);
  if (!is_there)
    end_looking (self);
}

/* ---- what the node tells ---- */

static gboolean
on_announce (gpointer user_data)
{
  KadLocalDiscovery *self = user_data;
  g_auto (GStrv) addresses = kad_node_dup_addresses (self->node);
  g_autoptr (GVariant) txt = kad_local_txt_new ((const char *const *) addresses);

  self->announce_timer = 0;
  if (txt != NULL)
    g_variant_ref_sink (txt);
  if (self->txt == txt || (self->txt != NULL && txt != NULL && g_variant_equal (self->txt, txt)))
    return G_SOURCE_REMOVE;
  g_clear_pointer (&self->txt, g_variant_unref);
  self->txt = g_steal_pointer (&txt);
  if (self->avahi != NULL)
    kad_avahi_announce (self->avahi, self->txt);
  return G_SOURCE_REMOVE;
}

static void
on_addresses_changed (KadLocalDiscovery *self)
{
  if (self->announce_timer == 0)
    self->announce_timer = g_timeout_add (SETTLE_MS, on_announce, self);
}

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  KadLocalDiscovery *self = user_data;

  if (kad_event_get_event_type (event) == KAD_EVENT_TABLE_ADDED)
    end_looking (self);
  if (kad_event_get_event_type (event) != KAD_EVENT_TABLE_REMOVED)
    return;
  kad_local_peers_note_lost (self->peers, kad_event_get_peer (event), g_get_monotonic_time ());
  plan (self);
}

/* ---- the object ---- */

static void
use_bus (KadLocalDiscovery *self, GDBusConnection *bus)
{
  static const KadAvahiDelegate delegate = {
    .appeared = on_name_appeared,
    .told = on_name_told,
    .vanished = on_name_vanished,
    .changed = on_avahi_changed,
  };

  self->avahi = kad_avahi_new (bus, &delegate, self);
  if (self->txt != NULL)
    kad_avahi_announce (self->avahi, self->txt);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadLocalDiscovery *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (bus != NULL)
    {
      use_bus (self, bus);
      return;
    }
  g_message ("There is no system bus, so nobody is found on the local network, nor finds us: %s",
             error->message);
  end_looking (self);
}

static void
kad_local_discovery_dispose (GObject *object)
{
  KadLocalDiscovery *self = KAD_LOCAL_DISCOVERY (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  if (self->watch != 0)
    kad_node_unwatch (self->node, self->watch);
  self->watch = 0;
  g_clear_signal_handler (&self->notified, self->node);
  g_clear_handle_id (&self->announce_timer, g_source_remove);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->look_timer, g_source_remove);
  g_clear_pointer (&self->avahi, kad_avahi_free);
  g_clear_pointer (&self->peers, kad_local_peers_free);
  g_clear_pointer (&self->txt, g_variant_unref);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->node);
  G_OBJECT_CLASS (kad_local_discovery_parent_class)->dispose (object);
}

static void
kad_local_discovery_class_init (KadLocalDiscoveryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kad_local_discovery_dispose;
  changed_signal = g_signal_new ("changed", KAD_TYPE_LOCAL_DISCOVERY, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
kad_local_discovery_init (KadLocalDiscovery *self)
{
  self->cancellable = g_cancellable_new ();
}

KadLocalDiscovery *
kad_local_discovery_new (KadNode *node, GDBusConnection *system_bus)
{
  KadLocalDiscovery *self = g_object_new (KAD_TYPE_LOCAL_DISCOVERY, NULL);

  self->node = g_object_ref (node);
  self->peers = kad_local_peers_new (kad_node_get_peer_id (node));
  self->look_timer = g_timeout_add_seconds (LOOK_S, on_looked, self);
  self->watch = kad_node_watch (node, on_event, self, NULL);
  self->notified = g_signal_connect_swapped (node, "notify::addresses",
                                             G_CALLBACK (on_addresses_changed), self);
  on_announce (self);
  if (system_bus != NULL)
    use_bus (self, system_bus);
  else
    g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_bus, self);
  return self;
}
