/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What org.libkad.Kad1.Node says of the node. Read whole whenever somebody begins to look, and
 * kept true by PropertiesChanged; what is not told comes with the figures. */
#include <string.h>

#include "kad-gui-dbus-again.h"
#include "kad-gui-dbus-private.h"

#define NODE KAD_GUI_BUS_NAME ".Node"

typedef struct
{
  KadGuiDbusPart parent;
  KadGuiDbusAgain again;
  guint subscription;
} StatusPart;

/* ---- properties ---- */

static const struct
{
  const char *property;
  guint field;
} texts[] = {
  { "State", KAD_GUI_STATUS_FIELD_STATE },
  { "PauseReason", KAD_GUI_STATUS_FIELD_PAUSE_REASON },
  { "PeerId", KAD_GUI_STATUS_FIELD_PEER_ID },
  { "Mode", KAD_GUI_STATUS_FIELD_MODE },
  { "Network", KAD_GUI_STATUS_FIELD_NETWORK },
  { "Version", KAD_GUI_STATUS_FIELD_VERSION },
},
  lists[] = {
    { "Features", KAD_GUI_STATUS_FIELD_FEATURES },
    { "ListenAddresses", KAD_GUI_STATUS_FIELD_LISTEN_ADDRESSES },
    { "ObservedAddresses", KAD_GUI_STATUS_FIELD_OBSERVED_ADDRESSES },
    { "QuietReasons", KAD_GUI_STATUS_FIELD_QUIET_REASONS },
  },
  numbers[] = {
    { "PeerCount", KAD_GUI_STATUS_FIELD_PEER_COUNT },
    { "RoutingTableSize", KAD_GUI_STATUS_FIELD_TABLE_SIZE },
  };

static void
apply_reachability (KadGuiStatus *status, GVariant *value)
{
  const char *word;
  const char *why;

  g_variant_get (value, "(&s&s)", &word, &why);
  kad_gui_item_set_string (status, KAD_GUI_STATUS_FIELD_REACHABILITY, word);
  kad_gui_item_set_string (status, KAD_GUI_STATUS_FIELD_REACHABILITY_WHY, why);
}

static void
apply_network_size (KadGuiStatus *status, GVariant *value)
{
  guint64 size;
  double error;
  guint samples;
  gint64 when_us;

  g_variant_get (value, "(tdux)", &size, &error, &samples, &when_us);
  kad_gui_item_set_int64 (status, KAD_GUI_STATUS_FIELD_NETWORK_SIZE,
                          (gint64) MIN (size, (guint64) G_MAXINT64));
  kad_gui_item_set_double (status, KAD_GUI_STATUS_FIELD_NETWORK_SIZE_ERROR, error);
  kad_gui_item_set_uint (status, KAD_GUI_STATUS_FIELD_NETWORK_SIZE_SAMPLES, samples);
  kad_gui_item_set_int64 (status, KAD_GUI_STATUS_FIELD_NETWORK_SIZE_WHEN, when_us);
}

static void
apply_one (KadGuiStatus *status, const char *name, GVariant *value)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (name, texts[i].property)
        && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
      kad_gui_item_set_string (status, texts[i].field, g_variant_get_string (value, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    if (g_str_equal (name, lists[i].property)
        && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
      {
        g_autofree const char **words = g_variant_get_strv (value, NULL);

        kad_gui_item_set_strv (status, lists[i].field, words);
      }
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (g_str_equal (name, numbers[i].property)
        && g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
      kad_gui_item_set_uint (status, numbers[i].field, g_variant_get_uint32 (value));
  if (g_str_equal (name, "Serving") && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    kad_gui_item_set_boolean (status, KAD_GUI_STATUS_FIELD_SERVING, g_variant_get_boolean (value));
  if (g_str_equal (name, "Reachability") && g_variant_is_of_type (value, G_VARIANT_TYPE ("(ss)")))
    apply_reachability (status, value);
  if (g_str_equal (name, "NetworkSize") && g_variant_is_of_type (value, G_VARIANT_TYPE ("(tdux)")))
    apply_network_size (status, value);
}

static gboolean
is_running (const char *state)
{
  return g_str_equal (state, "offline") || g_str_equal (state, "bootstrapping")
         || g_str_equal (state, "online");
}

gboolean
kad_gui_dbus_status_is_running (KadGuiDbusSource *source)
{
  return is_running (
      kad_gui_store_get_status (kad_gui_source_get_store (KAD_GUI_SOURCE (source)))->state);
}

void
kad_gui_dbus_status_apply (KadGuiDbusSource *source, GVariant *properties)
{
  KadGuiStore *store = kad_gui_source_get_store (KAD_GUI_SOURCE (source));
  KadGuiStatus *status = kad_gui_store_get_status (store);
  g_autofree char *peer_before = g_strdup (status->peer_id);
  gboolean ran = is_running (status->state);
  gboolean runs;
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_object_freeze_notify (G_OBJECT (status));
  g_variant_iter_init (&iter, properties);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    apply_one (status, name, value);
  g_object_thaw_notify (G_OBJECT (status));
  if (!g_str_equal (peer_before, status->peer_id))
    kad_gui_store_status_changed (store);
  runs = is_running (status->state);
  if (ran && !runs)
    kad_gui_dbus_source_node_gone (source);
  if (!ran && runs)
    kad_gui_dbus_source_node_began (source);
}

/* ---- following ---- */

static void
on_changed (GDBusConnection *connection, const char *sender, const char *path,
            const char *interface, const char *signal, GVariant *parameters, gpointer user_data)
{
  StatusPart *self = user_data;
  g_autoptr (GVariant) changed = NULL;
  g_autofree const char **invalidated = NULL;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;
  g_variant_get (parameters, "(&s@a{sv}^a&s)", NULL, &changed, &invalidated);
  kad_gui_dbus_status_apply (self->parent.source, changed);
  if (invalidated[0] != NULL)
    kad_gui_dbus_again_request (&self->again);
}

static void
on_all (KadGuiDbusPart *part, GVariant *reply, const GError *error)
{
  StatusPart *self = (StatusPart *) part;
  g_autoptr (GVariant) properties = NULL;

  if (reply != NULL)
    {
      properties = g_variant_get_child_value (reply, 0);
      kad_gui_dbus_status_apply (part->source, properties);
    }
  kad_gui_dbus_again_done (&self->again);
}

static void
read_all (gpointer user_data)
{
  kad_gui_dbus_part_call (user_data, KAD_GUI_PROPERTIES, "GetAll", g_variant_new ("(s)", NODE),
                          "(a{sv})", on_all);
}

static void
status_init (KadGuiDbusPart *part)
{
  kad_gui_dbus_again_init (&((StatusPart *) part)->again, 0, 1000, read_all, part);
}

static void
status_read (KadGuiDbusPart *part)
{
  kad_gui_dbus_again_now (&((StatusPart *) part)->again);
}

static void
status_start (KadGuiDbusPart *part)
{
  StatusPart *self = (StatusPart *) part;

  self->subscription
      = kad_gui_dbus_subscribe (part->source, KAD_GUI_PROPERTIES, "PropertiesChanged",
                                KAD_GUI_ROOT_PATH, NODE, on_changed, self);
  status_read (part);
}

static void
status_stop (KadGuiDbusPart *part)
{
  StatusPart *self = (StatusPart *) part;

  kad_gui_dbus_again_stop (&self->again);
  kad_gui_dbus_unsubscribe (part->source, &self->subscription);
}

const KadGuiDbusPartClass kad_gui_dbus_status_class = {
  .size = sizeof (StatusPart),
  .topics = ~(KadGuiTopics) 0,
  .init = status_init,
  .start = status_start,
  .stop = status_stop,
  .read = status_read,
};
