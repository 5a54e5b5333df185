/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-target.h"

#include <glib/gi18n.h>

#include "kad-gui-dbus-source.h"
#include "kad-gui-demo.h"
#include "kad-gui-recording-source.h"
#include "kad-gui-text.h"

struct _KadGuiTarget
{
  GObject parent_instance;

  KadGuiTargetKind kind;
  char *address;
  GFile *file;
  char *title;
  KadGuiDemo *demo;
};

G_DEFINE_FINAL_TYPE (KadGuiTarget, kad_gui_target, G_TYPE_OBJECT)

KadGuiTarget *
kad_gui_target_new_session (void)
{
  KadGuiTarget *self = g_object_new (KAD_GUI_TYPE_TARGET, NULL);

  self->kind = KAD_GUI_TARGET_SESSION;
  self->title = g_strdup (_ ("This Session"));
  return self;
}

KadGuiTarget *
kad_gui_target_new_socket (const char *address)
{
  KadGuiTarget *self = g_object_new (KAD_GUI_TYPE_TARGET, NULL);

  self->kind = KAD_GUI_TARGET_SOCKET;
  self->address = g_strdup (address);
  self->title = kad_gui_text (address);
  return self;
}

KadGuiTarget *
kad_gui_target_new_recording (GFile *file)
{
  KadGuiTarget *self = g_object_new (KAD_GUI_TYPE_TARGET, NULL);
  g_autofree char *name = g_file_get_basename (file);

  self->kind = KAD_GUI_TARGET_RECORDING;
  self->file = g_object_ref (file);
  self->title = name != NULL ? g_filename_display_name (name) : g_file_get_uri (file);
  return self;
}

KadGuiTarget *
kad_gui_target_new_demo (void)
{
  KadGuiTarget *self = g_object_new (KAD_GUI_TYPE_TARGET, NULL);

  self->kind = KAD_GUI_TARGET_DEMO;
  self->title = g_strdup (_ ("Demonstration"));
  return self;
}

KadGuiTargetKind
kad_gui_target_get_kind (KadGuiTarget *self)
{
  return self->kind;
}

const char *
kad_gui_target_get_title (KadGuiTarget *self)
{
  return self->title;
}

GPid
kad_gui_target_get_pid (KadGuiTarget *self)
{
  return self->demo != NULL ? kad_gui_demo_get_pid (self->demo) : 0;
}

static void
on_demo_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KadGuiTarget *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *address = kad_gui_demo_start_finish (KAD_GUI_DEMO (source), result, &error);

  if (address == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, kad_gui_dbus_source_new_address (address, self->title),
                           g_object_unref);
}

void
kad_gui_target_prepare_async (KadGuiTarget *self, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  KadGuiSource *source = NULL;

  g_task_set_source_tag (task, kad_gui_target_prepare_async);
  switch (self->kind)
    {
    case KAD_GUI_TARGET_SESSION:
      source = kad_gui_dbus_source_new_session ();
      break;
    case KAD_GUI_TARGET_SOCKET:
      source = kad_gui_dbus_source_new_address (self->address, self->title);
      break;
    case KAD_GUI_TARGET_RECORDING:
      source = kad_gui_recording_source_new (self->file);
      break;
    case KAD_GUI_TARGET_DEMO:
      g_clear_object (&self->demo);
      self->demo = kad_gui_demo_new ();
      kad_gui_demo_start_async (self->demo, cancellable, on_demo_started, g_steal_pointer (&task));
      return;
    default:
      g_assert_not_reached ();
    }
  g_task_return_pointer (task, source, g_object_unref);
}

KadGuiSource *
kad_gui_target_prepare_finish (KadGuiTarget *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
kad_gui_target_finalize (GObject *object)
{
  KadGuiTarget *self = KAD_GUI_TARGET (object);

  g_clear_object (&self->demo);
  g_clear_object (&self->file);
  g_free (self->address);
  g_free (self->title);
  G_OBJECT_CLASS (kad_gui_target_parent_class)->finalize (object);
}

static void
kad_gui_target_class_init (KadGuiTargetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kad_gui_target_finalize;
}

static void
kad_gui_target_init (KadGuiTarget *self)
{
}
