/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "kad-client.h"
#include "kad-error.h"
#include "kad-screen.h"
#include "kad-service-status.h"

/* The service on a whole screen, read anew each second; q or Ctrl-C leaves. It asks for properties
 * only, so that watching the node does not change it. */

#define INTERVAL_US G_USEC_PER_SEC

typedef struct
{
  struct termios before;
  gboolean has_keys; /* stdin is a terminal, and gives keys one by one */
  gboolean wants_end;
  guint source;
} Keys;

static gboolean
on_key (int fd, GIOCondition condition, gpointer user_data)
{
  Keys *self = user_data;
  char key;

  if (read (fd, &key, 1) != 1)
    {
      self->source = 0;
      return G_SOURCE_REMOVE;
    }
  self->wants_end = self->wants_end || key == 'q' || key == 'Q';
  return G_SOURCE_CONTINUE;
}

static void
keys_begin (Keys *self)
{
  struct termios now;

  if (!isatty (STDIN_FILENO) || tcgetattr (STDIN_FILENO, &self->before) != 0)
    return;
  now = self->before;
  now.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
  now.c_cc[VMIN] = 1;
  now.c_cc[VTIME] = 0;
  self->has_keys = tcsetattr (STDIN_FILENO, TCSANOW, &now) == 0;
  if (self->has_keys)
    self->source = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_key, self);
}

static void
keys_end (Keys *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->has_keys)
    tcsetattr (STDIN_FILENO, TCSANOW, &self->before);
}

static gboolean
run (KadTool *tool, KadClient *client, Keys *keys, GError **error)
{
  g_autoptr (KadScreen) screen = kad_screen_new (tool->output);

  while (!keys->wants_end && !kad_output_is_closed (tool->output))
    {
      g_autoptr (GError) reason = NULL;
      g_autoptr (GVariant) status = kad_service_status_read (client, error);
      g_autoptr (GVariant) connections = NULL;
      g_autoptr (GVariant) queries = NULL;

      if (status == NULL)
        return FALSE;
      /* A service that does not have these yet shows the rest. */
      connections = kad_client_call_root (client, "Table", "GetConnections",
                                          g_variant_new ("(a{sv})", NULL), NULL);
      queries = kad_client_call_root (client, "Routing", "ListQueries",
                                      g_variant_new_parsed ("({'all': <true>},)"), NULL);
      kad_screen_draw (screen, status, connections, queries);
      if (!kad_client_wait (client, &keys->wants_end, INTERVAL_US, &reason)
          && !g_error_matches (reason, KAD_ERROR, KAD_ERROR_TIMEOUT))
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
top (KadTool *tool, KadClient *client, GError **error)
{
  Keys keys = { .wants_end = FALSE };
  gboolean is_good;

  keys_begin (&keys);
  is_good = run (tool, client, &keys, error);
  keys_end (&keys);
  return is_good;
}

KadExit
kad_cmd_top (KadTool *tool)
{
  if (kad_output_is_json (tool->output) || !kad_output_is_terminal (tool->output))
    return kad_tool_fail (
        tool, g_error_new_literal (KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                                   _ ("“kad top” wants a terminal; scripts have “kad status "
                                      "--json” and “kad stats”")));
  return kad_client_run_endless (tool, top);
}
