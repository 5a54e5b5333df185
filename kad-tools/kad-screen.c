/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-screen.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kad-columns.h"
#include "kad-escape.h"
#include "kad-service-status.h"

#define ENTER "\033[?1049h\033[?25l"
#define LEAVE "\033[?25h\033[?1049l"
#define HOME "\033[H"
#define CLEAR_REST "\033[J"
#define END_LINE "\033[K\r\n"
#define DEFAULT_WIDTH 80
#define DEFAULT_HEIGHT 24
#define MAX_CELL_BYTES 200

struct _KadScreen
{
  KadOutput *output;
};

KadScreen *
kad_screen_new (KadOutput *output)
{
  KadScreen *self = g_new0 (KadScreen, 1);

  self->output = output;
  kad_output_write (output, ENTER, strlen (ENTER));
  return self;
}

void
kad_screen_free (KadScreen *self)
{
  kad_output_write (self->output, LEAVE, strlen (LEAVE));
  g_free (self);
}

/* ---- lines ---- */

typedef struct
{
  GPtrArray *lines;
  guint width;
  guint height;
} Page;

/* Cut to the width, so that no line takes two. */
G_GNUC_PRINTF (2, 3)
static void
add_line (Page *page, const char *format, ...)
{
  g_autofree char *text = NULL;
  const char *end;
  guint width = 0;
  va_list arguments;

  if (page->lines->len >= page->height)
    return;
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  for (end = text; *end != '\0'; end = g_utf8_next_char (end))
    {
      width += g_unichar_iswide (g_utf8_get_char (end)) ? 2 : 1;
      if (width > page->width)
        break;
    }
  g_ptr_array_add (page->lines, g_strndup (text, (gsize) (end - text)));
}

static char *
dup_text (GVariant *dict, const char *name)
{
  const char *text = "";

  g_variant_lookup (dict, name, "&s", &text);
  return kad_escape_peer_text (text, -1, MAX_CELL_BYTES);
}

static guint
get_number (GVariant *dict, const char *name)
{
  guint32 number = 0;

  g_variant_lookup (dict, name, "u", &number);
  return number;
}

static void
add_status (Page *page, GVariant *status)
{
  g_autofree char *state = dup_text (status, "state");
  g_autofree char *network = dup_text (status, "network");
  g_autofree char *mode = dup_text (status, "mode");
  g_autofree char *peer = dup_text (status, "peer");
  g_autofree char *reachability = dup_text (status, "reachability");
  g_autofree const char **addresses = NULL;

  add_line (page, _ ("kad: %s   network %s   mode %s   %s"), kad_service_status_translate (state),
            network, mode, reachability);
  add_line (page, _ ("Peer id  %s"), peer[0] != '\0' ? peer : "-");
  g_variant_lookup (status, "addresses", "^a&s", &addresses);
  add_line (page, _ ("Listens  %s"),
            addresses != NULL && addresses[0] != NULL ? addresses[0] : "-");
  add_line (page, _ ("Peers    %u connected, %u in the routing table"),
            get_number (status, "peers"), get_number (status, "table"));
  add_line (page, "%s", "");
}

static void
add_query (Page *page, GVariant *query)
{
  g_autofree char *kind = dup_text (query, "kind");
  g_autofree char *key = dup_text (query, "key");
  g_autofree char *state = dup_text (query, "state");
  guint32 heard = 0, waiting = 0, queried = 0, unreachable = 0;

  g_variant_lookup (query, "counts", "(uuuu)", &heard, &waiting, &queried, &unreachable);
  add_line (page, "  %-16s %-9s %5u %5u %5u  %s", kind, state, heard, waiting, queried, key);
}

/* At most a third of the page. */
static void
add_queries (Page *page, GVariant *answer)
{
  g_autoptr (GVariant) rows = answer != NULL ? g_variant_get_child_value (answer, 0) : NULL;
  gsize n = rows != NULL ? g_variant_n_children (rows) : 0;

  add_line (page, _ ("Queries: %u        state     heard  wait asked  key"), (guint) n);
  for (gsize i = 0; i < n && i < page->height / 3; i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
      g_autoptr (GVariant) details = g_variant_get_child_value (row, 1);

      add_query (page, details);
    }
  add_line (page, "%s", "");
}

static void
add_connection (Page *page, GVariant *connection)
{
  g_autofree char *peer = dup_text (connection, "peer");
  g_autofree char *direction = dup_text (connection, "direction");
  g_autofree char *agent = dup_text (connection, "agent");
  g_autofree char *age = NULL;
  gint64 age_us = 0;
  gint64 rtt_us = 0;

  g_variant_lookup (connection, "age_us", "x", &age_us);
  g_variant_lookup (connection, "rtt_us", "x", &rtt_us);
  age = kad_columns_dup_duration (MAX (age_us, 1));
  add_line (page, "  …%-10.10s %-9s %8s %7.1f  %s",
            strlen (peer) > 10 ? peer + strlen (peer) - 10 : peer, direction, age,
            (double) rtt_us / 1000, agent);
}

static void
add_connections (Page *page, GVariant *answer)
{
  g_autoptr (GVariant) rows = answer != NULL ? g_variant_get_child_value (answer, 0) : NULL;
  gsize n = rows != NULL ? g_variant_n_children (rows) : 0;

  add_line (page, _ ("Connections: %u  side           age  rtt ms  agent"), (guint) n);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);

      add_connection (page, row);
    }
}

GPtrArray *
kad_screen_compose (GVariant *status, GVariant *connections, GVariant *queries, guint width,
                    guint height)
{
  Page page = { .lines = g_ptr_array_new_with_free_func (g_free), .width = width };

  /* The last line is for the keys. */
  page.height = MAX (height, 2) - 1;
  add_status (&page, status);
  add_queries (&page, queries);
  add_connections (&page, connections);
  while (page.lines->len < page.height)
    add_line (&page, "%s", "");
  page.height++;
  add_line (&page, "%s", _ ("q leaves"));
  return page.lines;
}

void
kad_screen_draw (KadScreen *self, GVariant *status, GVariant *connections, GVariant *queries)
{
  struct winsize size = { 0 };
  g_autoptr (GString) text = g_string_new (HOME);
  g_autoptr (GPtrArray) lines = NULL;

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    size = (struct winsize){ .ws_col = DEFAULT_WIDTH, .ws_row = DEFAULT_HEIGHT };
  lines = kad_screen_compose (status, connections, queries, size.ws_col, size.ws_row);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "%s%s", (const char *) lines->pdata[i],
                            i + 1 < lines->len ? END_LINE : "\033[K");
  g_string_append (text, CLEAR_REST);
  kad_output_write (self->output, text->str, text->len);
}
