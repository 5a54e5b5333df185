/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-desktop-private.h"
#include "kad-error.h"

/*
 * Watchers tell of reasons; all reasons together are one decision, and the service is told when it
 * is another one. A watcher may tell from wherever it is called, and the service must not change
 * its mind while it does something else: so the decision is made at the next turn of the main loop.
 *
 * Nothing here is needed. Without a system bus, without a service on it, and whatever one of them
 * says, the node is as it would be without a desktop.
 */

static const KadDesktopWatcherClass *const classes[] = {
  &kad_desktop_battery_class, &kad_desktop_memory_class, &kad_desktop_network_class,
  &kad_desktop_power_class,   &kad_desktop_sleep_class,
};

#define N_WATCHERS G_N_ELEMENTS (classes)

struct _KadDesktop
{
  KadService *service; /* (owned) */
  gboolean is_on;
  gboolean has_asked; /* for the bus: an answer came */
  GCancellable *asking;
  GDBusConnection *bus; /* (nullable) */
  KadDesktopWatcher *watchers[N_WATCHERS];
  KadDesktopReasons reasons;
  gboolean is_quiet; /* the node was told so */
  guint decide;      /* source id */
};

/* ---- the node ---- */

GDBusConnection *
kad_desktop_get_bus (KadDesktop *self)
{
  return self->bus;
}

guint
kad_desktop_get_nodes (KadDesktop *self, KadNode *nodes[KAD_DESKTOP_MAX_NODES])
{
  KadNode *all[]
      = { kad_service_get_node (self->service), kad_service_get_companion_node (self->service) };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i] != NULL)
      nodes[n++] = all[i];
  return n;
}

static void
on_run (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *command = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);

  if (summary != NULL)
    {
      g_autofree char *text = g_variant_print (summary, FALSE);

      g_debug ("The desktop: %s: %s", command, text);
    }
  else if (!g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING))
    g_warning ("The node could not %s: %s", command, error->message);
}

static void
run_on (KadNode *node, const char *command, GVariant *options)
{
  kad_node_run_async (node, command, options, NULL, NULL, NULL, NULL, on_run, g_strdup (command));
}

void
kad_desktop_run (KadDesktop *self, const char *command, GVariant *options)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (options);
  KadNode *nodes[KAD_DESKTOP_MAX_NODES];
  guint n = kad_desktop_get_nodes (self, nodes);

  for (guint i = 0; i < n; i++)
    run_on (nodes[i], command, owned);
}

/* In the local network nobody is quiet: what is said there stays on the link, and where two are
 * there and neither serves, nothing is found. */
static void
apply_quiet (KadDesktop *self)
{
  g_autofree char *network = kad_service_dup_network (self->service);
  g_auto (GStrv) none = g_new0 (char *, 1);
  g_auto (GStrv) reasons = kad_desktop_reasons_dup_quiet (&self->reasons);
  char **quiet = g_str_equal (network, "lan") ? none : reasons;
  KadNode *node = kad_service_get_node (self->service);

  if (node != NULL && self->is_quiet != (quiet[0] != NULL))
    {
      g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

      self->is_quiet = quiet[0] != NULL;
      g_variant_dict_insert (&options, "quiet", "b", self->is_quiet);
      run_on (node, "keep-quiet", g_variant_dict_end (&options));
    }
  kad_service_set_quiet_reasons (self->service, (const char *const *) quiet);
}

/* ---- the decision ---- */

static void
decide_now (KadDesktop *self)
{
  g_clear_handle_id (&self->decide, g_source_remove);
  apply_quiet (self);
  kad_service_set_automatic_pause (self->service, kad_desktop_reasons_get_pause (&self->reasons));
}

static gboolean
on_decide (gpointer user_data)
{
  KadDesktop *self = user_data;

  self->decide = 0;
  decide_now (self);
  return G_SOURCE_REMOVE;
}

static void
decide_soon (KadDesktop *self)
{
  if (self->decide == 0)
    self->decide = g_idle_add_full (G_PRIORITY_HIGH, on_decide, self, NULL);
}

void
kad_desktop_watcher_tell (KadDesktopWatcher *self, KadDesktopReason reason, gboolean is_there)
{
  self->reasons |= 1u << reason;
  if (self->desktop->reasons.is_there[reason] == is_there)
    return;
  g_debug ("The desktop: %s is %s", kad_desktop_reason_get_name (reason),
           is_there ? "there" : "over");
  kad_desktop_reasons_set_there (&self->desktop->reasons, reason, is_there);
  decide_soon (self->desktop);
}

/* ---- the watchers ---- */

static void
stop_watcher (KadDesktopWatcher *watcher)
{
  if (watcher->cancellable == NULL)
    return;
  g_cancellable_cancel (watcher->cancellable);
  g_clear_object (&watcher->cancellable);
  watcher->class->stop (watcher);
  for (guint i = 0; i < KAD_DESKTOP_N_REASONS; i++)
    if ((watcher->reasons & 1u << i) != 0)
      kad_desktop_watcher_tell (watcher, i, FALSE);
  watcher->reasons = 0;
}

static void
start_watcher (KadDesktopWatcher *watcher)
{
  if (watcher->cancellable != NULL)
    return;
  watcher->cancellable = g_cancellable_new ();
  watcher->class->start (watcher);
}

static void
set_meanings (KadDesktop *self, GSettings *general)
{
  KadDesktopReasons *reasons = &self->reasons;

  kad_desktop_reasons_set_thrift (reasons, KAD_DESKTOP_METERED,
                                  g_settings_get_enum (general, "on-metered"));
  kad_desktop_reasons_set_thrift (reasons, KAD_DESKTOP_POWER_SAVER,
                                  g_settings_get_enum (general, "on-power-saver"));
  kad_desktop_reasons_set_thrift (reasons, KAD_DESKTOP_BATTERY,
                                  g_settings_get_enum (general, "on-battery"));
  kad_desktop_reasons_set_thrift (reasons, KAD_DESKTOP_LOW_MEMORY, KAD_THRIFT_QUIET);
}

/* As the settings, the bus and the life of the node are now. */
static void
update (KadDesktop *self)
{
  GSettings *general = kad_settings_get_general (kad_service_get_settings (self->service));

  set_meanings (self, general);
  for (guint i = 0; i < N_WATCHERS; i++)
    {
      const KadDesktopWatcherClass *class = self->watchers[i]->class;
      gboolean can = !class->needs_bus || self->bus != NULL;

      if (self->is_on && self->has_asked && can && class->is_wanted (general))
        start_watcher (self->watchers[i]);
      else
        stop_watcher (self->watchers[i]);
    }
  decide_soon (self);
}

/* ---- the system bus ---- */

static void
drop_bus (KadDesktop *self)
{
  if (self->bus != NULL)
    g_signal_handlers_disconnect_by_data (self->bus, self);
  g_clear_object (&self->bus);
}

static void
on_bus_closed (GDBusConnection *bus, gboolean remote_peer_vanished, GError *error,
               gpointer user_data)
{
  KadDesktop *self = user_data;

  g_debug ("The desktop: the system bus is gone");
  for (guint i = 0; i < N_WATCHERS; i++)
    if (self->watchers[i]->class->needs_bus)
      stop_watcher (self->watchers[i]);
  drop_bus (self);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadDesktop *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  /* GIO would end the process with this bus. */
  if (bus != NULL)
    g_dbus_connection_set_exit_on_close (bus, FALSE);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (bus == NULL || g_dbus_connection_is_closed (bus))
    g_debug ("The desktop: there is no system bus: %s", bus == NULL ? error->message : "closed");
  else
    {
      self->bus = g_steal_pointer (&bus);
      g_signal_connect (self->bus, "closed", G_CALLBACK (on_bus_closed), self);
    }
  self->has_asked = TRUE;
  update (self);
}

/* ---- when ---- */

static void
turn (KadDesktop *self, gboolean is_on)
{
  if (is_on == self->is_on)
    return;
  self->is_on = is_on;
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (is_on && self->bus == NULL)
    {
      self->has_asked = FALSE;
      self->asking = g_cancellable_new ();
      g_bus_get (G_BUS_TYPE_SYSTEM, self->asking, on_bus, self);
    }
  update (self);
}

/* Once paused it has to be known when that ends. Whoever begins paused needs nothing. */
static void
on_state_changed (KadService *service, gpointer user_data)
{
  KadDesktop *self = user_data;
  KadServiceState state = kad_service_get_state (service);

  if (state != KAD_SERVICE_PAUSED)
    turn (self, state != KAD_SERVICE_STOPPED);
}

/* Ahead of those who wait for it. */
static void
on_node_started (KadService *service, KadNode *node, gpointer user_data)
{
  KadDesktop *self = user_data;

  self->is_quiet = FALSE;
  apply_quiet (self);
}

static void
on_insisted (KadService *service, gpointer user_data)
{
  KadDesktop *self = user_data;

  kad_desktop_reasons_overrule (&self->reasons);
  decide_now (self);
}

static void
on_settings_changed (KadSettings *settings, const char *const *names, gpointer user_data)
{
  update (user_data);
}

KadDesktop *
kad_desktop_new (KadService *service)
{
  KadDesktop *self = g_new0 (KadDesktop, 1);

  self->service = g_object_ref (service);
  for (guint i = 0; i < N_WATCHERS; i++)
    {
      self->watchers[i] = g_malloc0 (classes[i]->size);
      self->watchers[i]->class = classes[i];
      self->watchers[i]->desktop = self;
    }
  g_signal_connect (service, "state-changed", G_CALLBACK (on_state_changed), self);
  g_signal_connect (service, "node-started", G_CALLBACK (on_node_started), self);
  g_signal_connect (service, "insisted", G_CALLBACK (on_insisted), self);
  g_signal_connect (kad_service_get_settings (service), "changed", G_CALLBACK (on_settings_changed),
                    self);
  on_state_changed (service, self);
  return self;
}

void
kad_desktop_free (KadDesktop *self)
{
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_signal_handlers_disconnect_by_data (kad_service_get_settings (self->service), self);
  turn (self, FALSE);
  decide_now (self);
  drop_bus (self);
  for (guint i = 0; i < N_WATCHERS; i++)
    g_free (self->watchers[i]);
  g_object_unref (self->service);
  g_free (self);
}
