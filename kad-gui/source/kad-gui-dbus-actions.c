/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person does: commands, start and stop, publications, the health. */

#include "kad-error.h"
#include "kad-gui-check.h"
#include "kad-gui-dbus-private.h"
#include "kad-gui-i18n.h"

/* A command has its own deadline, of 90 seconds at most unless it was asked for more. */
#define RUN_MS (150 * 1000)
#define CONTROL_MS (30 * 1000)
#define HEALTH_MS (60 * 1000)
#define MAX_CHECKS 256

static void
return_error (GTask *task, const GError *error)
{
  g_task_return_error (task, g_error_copy (error));
}

static void
on_run (KadGuiDbusSource *source, GVariant *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (reply != NULL)
    g_task_return_pointer (task, g_variant_ref (reply), (GDestroyNotify) g_variant_unref);
  else
    return_error (task, error);
}

void
kad_gui_dbus_run (KadGuiSource *source, const char *command, GVariant *options, GTask *task)
{
  GVariant *given = options != NULL ? options : g_variant_new ("a{sv}", NULL);

  kad_gui_dbus_call (KAD_GUI_DBUS_SOURCE (source), g_task_get_cancellable (task), KAD_GUI_ROOT_PATH,
                     "Routing", "Run", g_variant_new ("(s@a{sv})", command, given), "(aa{sv}a{sv})",
                     RUN_MS, on_run, g_object_ref (task));
}

static void
on_done (KadGuiDbusSource *source, GVariant *reply, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (reply != NULL)
    g_task_return_boolean (task, TRUE);
  else
    return_error (task, error);
}

void
kad_gui_dbus_control (KadGuiSource *source, KadGuiControl what, GTask *task)
{
  static const char *const methods[] = {
    [KAD_GUI_CONTROL_START] = "Start",
    [KAD_GUI_CONTROL_STOP] = "Stop",
    [KAD_GUI_CONTROL_PAUSE] = "Pause",
    [KAD_GUI_CONTROL_RESUME] = "Resume",
  };
  GVariant *options = g_variant_new ("a{sv}", NULL);
  GVariant *arguments = what == KAD_GUI_CONTROL_PAUSE ? g_variant_new ("(s@a{sv})", "user", options)
                                                      : g_variant_new ("(@a{sv})", options);

  kad_gui_dbus_call (KAD_GUI_DBUS_SOURCE (source), g_task_get_cancellable (task), KAD_GUI_ROOT_PATH,
                     "Node", methods[what], arguments, NULL, CONTROL_MS, on_done,
                     g_object_ref (task));
}

static void
on_publication_changed (KadGuiDbusSource *source, GVariant *reply, const GError *error,
                        gpointer user_data)
{
  /* Of what belongs to another caller nobody tells us. */
  if (reply != NULL)
    kad_gui_dbus_publications_note (source->parts[KAD_GUI_DBUS_PUBLICATIONS]);
  on_done (source, reply, error, user_data);
}

void
kad_gui_dbus_change_publication (KadGuiSource *source, KadGuiPublication *publication,
                                 gboolean remove, GTask *task)
{
  if (!g_variant_is_object_path (publication->path) || g_str_equal (publication->path, "/"))
    g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED, "%s",
                             _ ("This publication belongs to the node itself"));
  else
    kad_gui_dbus_call (KAD_GUI_DBUS_SOURCE (source), g_task_get_cancellable (task),
                       publication->path, "Publication", remove ? "Remove" : "Refresh", NULL, NULL,
                       CONTROL_MS, on_publication_changed, g_object_ref (task));
}

static void
on_health (KadGuiDbusSource *source, GVariant *reply, const GError *error, gpointer user_data)
{
  KadGuiStore *store = kad_gui_source_get_store (KAD_GUI_SOURCE (source));
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GVariant) rows = NULL;
  gsize n;

  if (reply == NULL)
    {
      return_error (task, error);
      return;
    }
  rows = g_variant_get_child_value (reply, 0);
  n = MIN (g_variant_n_children (rows), MAX_CHECKS);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
      KadGuiCheck *check = kad_gui_check_new ();

      kad_gui_item_apply (check, row);
      g_ptr_array_add (items, check);
    }
  kad_gui_store_replace (store, kad_gui_store_get_checks (store), items, NULL);
  g_task_return_boolean (task, TRUE);
}

void
kad_gui_dbus_check_health (KadGuiSource *source, GTask *task)
{
  kad_gui_dbus_call (KAD_GUI_DBUS_SOURCE (source), g_task_get_cancellable (task), KAD_GUI_ROOT_PATH,
                     "Node", "Health", g_variant_new ("(@a{sv})", kad_gui_dbus_new_options ()),
                     "(aa{sv}a{sv})", HEALTH_MS, on_health, g_object_ref (task));
}
