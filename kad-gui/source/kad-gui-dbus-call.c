/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "kad-call-errors.h"
#include "kad-gui-dbus-private.h"

/* ---- errors ---- */

GError *
kad_gui_dbus_convert_error (GError *error)
{
  g_autoptr (GError) owned = error;

  g_dbus_error_strip_remote_error (owned);
  if (owned->domain == KAD_ERROR)
    return g_steal_pointer (&owned);
  return g_error_new_literal (KAD_ERROR, (gint) kad_call_error_get_meaning (owned), owned->message);
}

/* ---- calls ---- */

typedef struct
{
  KadGuiDbusSource *source;  /* (owned) */
  GCancellable *cancellable; /* (owned) (nullable) */
  KadGuiDbusFunc func;
  gpointer user_data;
} Call;

static void
call_free (Call *self)
{
  g_object_unref (self->source);
  g_clear_object (&self->cancellable);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
on_reply (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);

  /* It may have been cancelled after the answer came. */
  if (g_cancellable_is_cancelled (call->cancellable))
    {
      g_clear_pointer (&reply, g_variant_unref);
      g_clear_error (&error);
      error = g_error_new_literal (KAD_ERROR, KAD_ERROR_CANCELLED, "It was cancelled");
    }
  else if (error != NULL)
    error = kad_gui_dbus_convert_error (g_steal_pointer (&error));
  call->func (call->source, reply, error, call->user_data);
}

static gboolean
on_no_connection (gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error
      = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_RUNNING, "There is no connection");

  call->func (call->source, NULL, error, call->user_data);
  return G_SOURCE_REMOVE;
}

static char *
dup_interface (const char *interface)
{
  return strchr (interface, '.') != NULL ? g_strdup (interface)
                                         : g_strconcat (KAD_GUI_BUS_NAME ".", interface, NULL);
}

void
kad_gui_dbus_call (KadGuiDbusSource *source, GCancellable *cancellable, const char *path,
                   const char *interface, const char *method, GVariant *arguments,
                   const char *reply_type, int timeout_ms, KadGuiDbusFunc func, gpointer user_data)
{
  GDBusConnection *connection = kad_gui_dbus_link_get_connection (source->link);
  g_autofree char *name = dup_interface (interface);
  Call *call = g_new0 (Call, 1);

  call->source = g_object_ref (source);
  call->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  call->func = func;
  call->user_data = user_data;
  if (connection != NULL)
    g_dbus_connection_call (
        connection, kad_gui_dbus_link_get_owner (source->link), path, name, method, arguments,
        reply_type != NULL ? G_VARIANT_TYPE (reply_type) : NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START,
        timeout_ms, cancellable, on_reply, call);
  else
    {
      if (arguments != NULL)
        g_variant_unref (g_variant_ref_sink (arguments));
      g_idle_add (on_no_connection, call);
    }
}

typedef struct
{
  KadGuiDbusPart *part;
  KadGuiDbusPartFunc func;
} PartCall;

static void
on_part_reply (KadGuiDbusSource *source, GVariant *reply, const GError *error, gpointer user_data)
{
  g_autofree PartCall *call = user_data;

  if (!g_error_matches (error, KAD_ERROR, KAD_ERROR_CANCELLED))
    call->func (call->part, reply, error);
}

void
kad_gui_dbus_part_call (KadGuiDbusPart *self, const char *interface, const char *method,
                        GVariant *arguments, const char *reply_type, KadGuiDbusPartFunc func)
{
  PartCall *call = g_new0 (PartCall, 1);

  call->part = self;
  call->func = func;
  kad_gui_dbus_call (self->source, self->cancellable, KAD_GUI_ROOT_PATH, interface, method,
                     arguments, reply_type, KAD_GUI_CALL_MS, on_part_reply, call);
}

void
kad_gui_dbus_tell (KadGuiDbusSource *source, const char *path, const char *interface,
                   const char *method)
{
  GDBusConnection *connection = kad_gui_dbus_link_get_connection (source->link);
  g_autofree char *name = dup_interface (interface);

  if (connection != NULL)
    g_dbus_connection_call (connection, kad_gui_dbus_link_get_owner (source->link), path, name,
                            method, NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, KAD_GUI_CALL_MS,
                            NULL, NULL, NULL);
}

GVariant *
kad_gui_dbus_new_options (void)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "no-start", "b", TRUE);
  return g_variant_dict_end (&dict);
}

/* ---- signals ---- */

guint
kad_gui_dbus_subscribe (KadGuiDbusSource *source, const char *interface, const char *signal,
                        const char *path, const char *arg0, GDBusSignalCallback callback,
                        gpointer user_data)
{
  GDBusConnection *connection = kad_gui_dbus_link_get_connection (source->link);
  g_autofree char *name = dup_interface (interface);

  if (connection == NULL)
    return 0;
  return g_dbus_connection_signal_subscribe (connection, kad_gui_dbus_link_get_owner (source->link),
                                             name, signal, path, arg0, G_DBUS_SIGNAL_FLAGS_NONE,
                                             callback, user_data, NULL);
}

void
kad_gui_dbus_unsubscribe (KadGuiDbusSource *source, guint *id)
{
  GDBusConnection *connection = kad_gui_dbus_link_get_connection (source->link);

  if (*id != 0 && connection != NULL)
    g_dbus_connection_signal_unsubscribe (connection, *id);
  *id = 0;
}
