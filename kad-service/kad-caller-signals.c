/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-caller-signals.h"

#include <string.h>

#include "kad-caller-gate.h"
#include "kad-service-names.h"

#define NODE KAD_BUS_NAME ".Node"
#define OBJECT_MANAGER "org.freedesktop.DBus.ObjectManager"
#define PROPERTIES "org.freedesktop.DBus.Properties"
#define ANY_INTEREST ((KadInterest) ~0u)

static gboolean
is_of (GDBusMessage *signal, const char *interface, const char *member)
{
  return g_strcmp0 (g_dbus_message_get_interface (signal), interface) == 0
         && (member == NULL || g_strcmp0 (g_dbus_message_get_member (signal), member) == 0);
}

/* The object that it is about. */
static const char *
find_subject (GDBusMessage *signal)
{
  GVariant *body = g_dbus_message_get_body (signal);
  const char *path = g_dbus_message_get_path (signal);

  if (is_of (signal, OBJECT_MANAGER, NULL) && body != NULL && g_variant_n_children (body) > 0)
    g_variant_get_child (body, 0, "&o", &path);
  return path;
}

static KadInterest
find_interest (GDBusMessage *signal)
{
  if (is_of (signal, OBJECT_MANAGER, NULL)
      || g_str_has_prefix (g_dbus_message_get_path (signal), KAD_PUBLICATION_PATH "/"))
    return KAD_INTEREST_PUBLICATIONS;
  if (is_of (signal, KAD_BUS_NAME ".Settings", NULL))
    return KAD_INTEREST_SETTINGS;
  if (is_of (signal, PROPERTIES, NULL)
      && g_str_equal (g_dbus_message_get_path (signal), KAD_ROOT_PATH))
    return KAD_INTEREST_NODE;
  return ANY_INTEREST;
}

/* To each of those that may hear it. */
static void
spread (GDBusConnection *connection, KadCallerInquiry *inquiry, GDBusMessage *signal)
{
  g_auto (GStrv) names
      = kad_caller_inquiry_list (inquiry, find_interest (signal), find_subject (signal));

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GDBusMessage) copy = g_dbus_message_copy (signal, NULL);

      if (copy == NULL)
        continue;
      g_dbus_message_set_destination (copy, names[i]);
      g_dbus_connection_send_message (connection, copy, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
    }
}

/* ---- the node's properties: some are for all ---- */

static gboolean
is_for_all (const char *property)
{
  g_autoptr (KadCallerIdentity) anybody = kad_caller_identity_new_sandboxed ("");

  return kad_caller_gate_may_read (anybody, "Node", property);
}

/* Those of PropertiesChanged that are for all, or the others; NULL: there are none. */
static GVariant *
pick_properties (GVariant *body, gboolean for_all)
{
  g_autoptr (GVariant) changed = g_variant_get_child_value (body, 1);
  g_autoptr (GVariant) invalidated = g_variant_get_child_value (body, 2);
  g_auto (GVariantBuilder) values = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_auto (GVariantBuilder) names = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("as"));
  GVariantIter iter;
  const char *name;
  GVariant *value;
  guint n = 0;

  g_variant_iter_init (&iter, changed);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    if (is_for_all (name) == for_all)
      {
        g_variant_builder_add (&values, "{sv}", name, value);
        n++;
      }
  g_variant_iter_init (&iter, invalidated);
  while (g_variant_iter_loop (&iter, "&s", &name))
    if (is_for_all (name) == for_all)
      {
        g_variant_builder_add (&names, "s", name);
        n++;
      }
  if (n == 0)
    return NULL;
  return g_variant_ref_sink (g_variant_new ("(sa{sv}as)", NODE, &values, &names));
}

static gboolean
is_of_node (GDBusMessage *signal)
{
  GVariant *body = g_dbus_message_get_body (signal);
  const char *interface = "";

  if (!is_of (signal, PROPERTIES, "PropertiesChanged") || body == NULL
      || !g_variant_is_of_type (body, G_VARIANT_TYPE ("(sa{sv}as)")))
    return FALSE;
  g_variant_get_child (body, 0, "&s", &interface);
  return g_str_equal (interface, NODE);
}

/* (transfer full) (nullable) */
static GDBusMessage *
copy_with (GDBusMessage *signal, GVariant *body)
{
  GDBusMessage *copy = body != NULL ? g_dbus_message_copy (signal, NULL) : NULL;

  if (copy != NULL)
    g_dbus_message_set_body (copy, body);
  return copy;
}

typedef GVariant *(*PickFunc) (GVariant *body, gboolean for_all);

/* What is for all stays, the rest goes to those that may hear it. @inquiry: (nullable) */
static GDBusMessage *
split (GDBusConnection *connection, KadCallerInquiry *inquiry, GDBusMessage *signal, PickFunc pick)
{
  g_autoptr (GDBusMessage) owned = signal;
  g_autoptr (GVariant) for_all = pick (g_dbus_message_get_body (signal), TRUE);
  g_autoptr (GVariant) others = pick (g_dbus_message_get_body (signal), FALSE);

  if (others == NULL)
    return g_steal_pointer (&owned);
  if (inquiry != NULL)
    {
      g_autoptr (GDBusMessage) told = copy_with (signal, others);

      if (told != NULL)
        spread (connection, inquiry, told);
    }
  return copy_with (signal, for_all);
}

/* ---- the names of settings: those with the name of a network in them are not for all ---- */

/* NULL: there are none */
static GVariant *
pick_names (GVariant *body, gboolean for_all)
{
  g_autoptr (GVariant) all = g_variant_get_child_value (body, 0);
  g_auto (GVariantBuilder) names = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("as"));
  GVariantIter iter;
  const char *name;
  guint n = 0;

  g_variant_iter_init (&iter, all);
  while (g_variant_iter_loop (&iter, "&s", &name))
    if ((strpbrk (name, "/:") == NULL) == for_all)
      {
        g_variant_builder_add (&names, "s", name);
        n++;
      }
  return n > 0 ? g_variant_ref_sink (g_variant_new ("(as)", &names)) : NULL;
}

static gboolean
is_of_settings (GDBusMessage *signal)
{
  GVariant *body = g_dbus_message_get_body (signal);

  return is_of (signal, KAD_BUS_NAME ".Settings", "Changed") && body != NULL
         && g_variant_is_of_type (body, G_VARIANT_TYPE ("(as)"));
}

/* ---- all ---- */

static GDBusMessage *
drop (GDBusMessage *signal)
{
  g_object_unref (signal);
  return NULL;
}

/* On a connection with one in a sandbox only its own objects of the session are. */
static gboolean
is_its_own (GDBusMessage *signal)
{
  const char *path = g_dbus_message_get_path (signal);

  return (g_str_has_prefix (path, KAD_QUERY_PATH "/")
          && !g_str_has_prefix (path, KAD_DETACHED_PATH "/"))
         || g_str_has_prefix (find_subject (signal), KAD_SESSION_PATH "/");
}

GDBusMessage *
kad_caller_signals_filter (GDBusConnection *connection, KadCallerInquiry *inquiry,
                           const KadCallerIdentity *identity, GDBusMessage *signal)
{
  if (g_dbus_message_get_message_type (signal) != G_DBUS_MESSAGE_TYPE_SIGNAL
      || g_dbus_message_get_destination (signal) != NULL
      || (inquiry == NULL && !kad_caller_identity_is_sandboxed (identity)))
    return signal;
  if (is_of_node (signal))
    return split (connection, inquiry, signal, pick_properties);
  /* Who is in a sandbox and has a connection of its own needs none of it. */
  if (is_of_settings (signal) && inquiry != NULL)
    return split (connection, inquiry, signal, pick_names);
  if (inquiry != NULL)
    spread (connection, inquiry, signal);
  else if (is_its_own (signal) || kad_caller_gate_may_hear (identity, find_subject (signal)))
    return signal;
  return drop (signal);
}

void
kad_caller_signals_tell (GDBusConnection *connection, KadCallerInquiry *inquiry,
                         const KadCallerIdentity *identity, const char *about,
                         const char *interface, const char *name, GVariant *parameters)
{
  g_auto (GStrv) names = NULL;

  if (inquiry == NULL)
    {
      if (kad_caller_gate_may_hear (identity, about))
        g_dbus_connection_emit_signal (connection, NULL, KAD_ROOT_PATH, interface, name, parameters,
                                       NULL);
      return;
    }
  names = kad_caller_inquiry_list (inquiry, KAD_INTEREST_PUBLICATIONS, about);
  for (guint i = 0; names[i] != NULL; i++)
    g_dbus_connection_emit_signal (connection, names[i], KAD_ROOT_PATH, interface, name, parameters,
                                   NULL);
}
