/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-demo.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

/*
 * A kadd of our own that runs a test network in its memory. It is on a socket in a folder that only
 * we can enter, it says on stdout where that is when it can be called, and it ends when we do, also
 * when we crash.
 */
struct _KadGuiDemo
{
  GObject parent_instance;

  char *folder;
  GSubprocess *daemon;
  GDataInputStream *said;
};

G_DEFINE_FINAL_TYPE (KadGuiDemo, kad_gui_demo, G_TYPE_OBJECT)

#define MAX_COMPLAINT_BYTES 2048

/* A file of the tree that this program was built in, if it runs from there. */
static char *
dup_built (const char *folder, const char *name)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *place = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *path = NULL;

  if (place == NULL || !g_str_has_suffix (place, "/kad-gui/app"))
    return NULL;
  path = g_build_filename (place, "..", "..", folder, name, NULL);
  return g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

static char *
dup_daemon_path (void)
{
  const char *path = g_getenv ("KAD_DAEMON");
  char *built;

  if (path != NULL && *path != '\0')
    return g_strdup (path);
  built = dup_built ("kad-service", "kadd");
  return built != NULL ? built : g_strdup (KAD_DAEMON_PATH);
}

void
kad_gui_demo_stop (KadGuiDemo *self)
{
  g_return_if_fail (KAD_GUI_IS_DEMO (self));

  if (self->daemon != NULL)
    {
      /* To the process that we started and nobody else: GSubprocess knows whether it was reaped. */
      g_subprocess_send_signal (self->daemon, SIGTERM);
      g_clear_object (&self->daemon);
    }
  g_clear_object (&self->said);
  if (self->folder != NULL)
    {
      g_autofree char *socket = g_build_filename (self->folder, "bus", NULL);

      g_unlink (socket);
      g_rmdir (self->folder);
      g_clear_pointer (&self->folder, g_free);
    }
}

/* In the child, before it becomes kadd: only what may be called there. */
static void
end_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static char *
new_folder (GError **error)
{
  g_autofree char *template = g_build_filename (g_get_user_runtime_dir (), "kad-demo-XXXXXX", NULL);
  char *made = g_mkdtemp (template);

  if (made != NULL)
    return g_strdup (made);
  /* No such folder on a machine without a session. */
  return g_dir_make_tmp ("kad-demo-XXXXXX", error);
}

static gboolean
spawn (KadGuiDemo *self, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *daemon = dup_daemon_path ();
  g_autofree char *schemas = dup_built ("data", "gschemas.compiled");
  g_autofree char *path = NULL;
  g_autofree char *address = NULL;

  self->folder = new_folder (error);
  if (self->folder == NULL)
    return FALSE;
  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  path = g_build_filename (self->folder, "bus", NULL);
  address = g_strdup_printf ("--address=unix:path=%s", path);
  if (schemas != NULL)
    {
      g_autofree char *folder = g_path_get_dirname (schemas);

      g_subprocess_launcher_setenv (launcher, "GSETTINGS_SCHEMA_DIR", folder, FALSE);
    }
  self->daemon = g_subprocess_launcher_spawn (launcher, error, daemon, "--demo", address, NULL);
  if (self->daemon == NULL)
    return FALSE;
  self->said = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->daemon));
  return TRUE;
}

static void
on_complained (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) bytes
      = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  g_autofree char *said = NULL;
  g_autofree char *daemon = dup_daemon_path ();
  gsize len = 0;

  if (bytes != NULL)
    {
      const char *data = g_bytes_get_data (bytes, &len);

      said = g_utf8_make_valid (data != NULL ? data : "", (gssize) len);
      g_strstrip (said);
    }
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _ ("The demonstration did not start: %s"),
                           said != NULL && *said != '\0' ? said : daemon);
}

static void
on_said_where (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KadGuiDemo *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source),
                                                                     result, NULL, &error);
  GInputStream *complaints = NULL;

  if (error != NULL)
    {
      kad_gui_demo_stop (self);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (line != NULL)
    {
      g_task_return_pointer (task, g_steal_pointer (&line), g_free);
      return;
    }
  if (self->daemon == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                               "The demonstration was stopped");
      return;
    }
  complaints = g_subprocess_get_stderr_pipe (self->daemon);
  g_input_stream_read_bytes_async (complaints, MAX_COMPLAINT_BYTES, G_PRIORITY_DEFAULT, NULL,
                                   on_complained, g_steal_pointer (&task));
}

void
kad_gui_demo_start_async (KadGuiDemo *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;

  g_return_if_fail (KAD_GUI_IS_DEMO (self) && self->daemon == NULL);

  g_task_set_source_tag (task, kad_gui_demo_start_async);
  if (!spawn (self, &error))
    {
      kad_gui_demo_stop (self);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_data_input_stream_read_line_async (self->said, G_PRIORITY_DEFAULT, cancellable, on_said_where,
                                       g_steal_pointer (&task));
}

char *
kad_gui_demo_start_finish (KadGuiDemo *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

GPid
kad_gui_demo_get_pid (KadGuiDemo *self)
{
  const char *pid = self->daemon != NULL ? g_subprocess_get_identifier (self->daemon) : NULL;

  return pid != NULL ? (GPid) g_ascii_strtoll (pid, NULL, 10) : 0;
}

static void
kad_gui_demo_finalize (GObject *object)
{
  kad_gui_demo_stop (KAD_GUI_DEMO (object));
  G_OBJECT_CLASS (kad_gui_demo_parent_class)->finalize (object);
}

static void
kad_gui_demo_class_init (KadGuiDemoClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kad_gui_demo_finalize;
}

static void
kad_gui_demo_init (KadGuiDemo *self)
{
}

KadGuiDemo *
kad_gui_demo_new (void)
{
  return g_object_new (KAD_GUI_TYPE_DEMO, NULL);
}
