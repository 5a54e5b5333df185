/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-output.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "kad-error.h"
#include "kad-json-indent.h"
#include "kad-json-writer.h"
#include "kad-result.h"
#include "kad-signals.h"

/* How long a reader of stdout that reads nothing may hold us up once a signal wants us to end. */
#define GRACE_MS 500

#define BOLD "\033[1m"
#define RED "\033[1;31m"
#define PLAIN "\033[0m"
#define CLEAR_LINE "\r\033[K"

typedef enum
{
  FORM_SHORT,
  FORM_PRETTY,
  FORM_SEQ,
  FORM_ANY, /* just --json */
} JsonForm;

struct _KadOutput
{
  gboolean is_json;
  JsonForm form;
  gboolean is_verbose;
  gboolean out_is_terminal;
  gboolean err_is_terminal;
  gboolean out_has_color;
  gboolean err_has_color;
  gboolean is_closed;
  char *progress; /* (owned) (nullable) on the screen now */
};

KadOutput *
kad_output_new_plain (gboolean is_json)
{
  KadOutput *self = g_new0 (KadOutput, 1);

  self->is_json = is_json;
  self->out_is_terminal = isatty (STDOUT_FILENO);
  self->err_is_terminal = isatty (STDERR_FILENO);
  return self;
}

static gboolean
wants_color (const char *when, gboolean is_terminal)
{
  const char *no_color = g_getenv ("NO_COLOR");
  gboolean is_dumb = g_strcmp0 (g_getenv ("TERM"), "dumb") == 0;

  if (g_strcmp0 (when, "always") == 0)
    return TRUE;
  if (g_strcmp0 (when, "never") == 0)
    return FALSE;
  return is_terminal && !is_dumb && (no_color == NULL || no_color[0] == '\0');
}

/* Given twice, the last one counts. */
static gboolean
read_form (const KadArguments *arguments, JsonForm *form, GError **error)
{
  static const char *const names[] = { "short", "pretty", "seq", "true", NULL };

  for (const char *const *name = kad_arguments_get_texts (arguments, "json"); *name != NULL; name++)
    {
      guint i = 0;

      while (names[i] != NULL && !g_str_equal (*name, names[i]))
        i++;
      if (names[i] == NULL)
        {
          g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                               _ ("--json is short, pretty or seq"));
          return FALSE;
        }
      *form = i < FORM_ANY ? (JsonForm) i : FORM_SHORT;
    }
  return TRUE;
}

KadOutput *
kad_output_new (const KadArguments *arguments, GError **error)
{
  static const char *const words[] = { "auto", "always", "never", NULL };
  const char *when = kad_arguments_get_text (arguments, "color");
  JsonForm form = FORM_SHORT;
  KadOutput *self;

  if (when != NULL && !g_strv_contains (words, when))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                           _ ("--color is auto, always or never"));
      return NULL;
    }
  if (!read_form (arguments, &form, error))
    return NULL;
  self = kad_output_new_plain (kad_arguments_has (arguments, "json"));
  self->form = form;
  self->is_verbose = kad_arguments_has (arguments, "verbose");
  self->out_has_color = wants_color (when, self->out_is_terminal);
  self->err_has_color = wants_color (when, self->err_is_terminal);
  return self;
}

void
kad_output_free (KadOutput *self)
{
  kad_output_set_progress (self, NULL);
  g_free (self);
}

gboolean
kad_output_is_json (const KadOutput *self)
{
  return self->is_json;
}

gboolean
kad_output_is_verbose (const KadOutput *self)
{
  return self->is_verbose;
}

gboolean
kad_output_is_terminal (const KadOutput *self)
{
  return self->out_is_terminal;
}

gboolean
kad_output_can_show_progress (const KadOutput *self)
{
  return self->err_is_terminal && !self->is_json;
}

gboolean
kad_output_is_closed (const KadOutput *self)
{
  return self->is_closed;
}

/* ---- writing ---- */

/* Waits until a pipe takes bytes. Whoever waits for a reader that has stopped reading can still
 * be ended by a signal. */
static gboolean
wait_writable (int fd)
{
  struct pollfd fds[2]
      = { { .fd = fd, .events = POLLOUT }, { .fd = kad_signals_get_fd (), .events = POLLIN } };
  int timeout_ms = -1;

  for (;;)
    {
      int n = poll (fds, timeout_ms < 0 ? 2 : 1, timeout_ms);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      if (fds[0].revents != 0)
        return TRUE;
      timeout_ms = GRACE_MS;
    }
}

static gboolean
write_all (int fd, const char *data, gsize len)
{
  while (len > 0)
    {
      gssize n;

      if (!wait_writable (fd))
        return FALSE;
      /* What a pipe that polls as writable takes without blocking. */
      n = write (fd, data, MIN (len, PIPE_BUF));
      if (n < 0 && errno != EINTR && errno != EAGAIN)
        return FALSE;
      if (n > 0)
        {
          data += n;
          len -= (gsize) n;
        }
    }
  return TRUE;
}

static void
write_err (const char *text)
{
  write_all (STDERR_FILENO, text, strlen (text));
}

/* The live line makes room for what stays. */
static void
hide_progress (KadOutput *self)
{
  if (self->progress != NULL)
    write_err (CLEAR_LINE);
}

static void
show_progress (KadOutput *self)
{
  if (self->progress != NULL)
    write_err (self->progress);
}

void
kad_output_set_progress (KadOutput *self, const char *text)
{
  if (!self->err_is_terminal || g_strcmp0 (self->progress, text) == 0)
    return;
  hide_progress (self);
  g_free (self->progress);
  self->progress = g_strdup (text);
  show_progress (self);
}

void
kad_output_write (KadOutput *self, const char *data, gsize len)
{
  if (self->is_closed)
    return;
  hide_progress (self);
  self->is_closed = !write_all (STDOUT_FILENO, data, len);
  show_progress (self);
}

void
kad_output_line (KadOutput *self, const char *line)
{
  g_autofree char *text = g_strconcat (line, "\n", NULL);

  kad_output_write (self, text, strlen (text));
}

void
kad_output_json_line (KadOutput *self, const char *json)
{
  g_autofree char *pretty = self->form == FORM_PRETTY ? kad_json_dup_indented (json) : NULL;
  g_autofree char *text = g_strconcat (self->form == FORM_SEQ ? "\x1e" : "",
                                       pretty != NULL ? pretty : json, "\n", NULL);

  kad_output_write (self, text, strlen (text));
}

void
kad_output_json (KadOutput *self, const char *id, GVariant *dict)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (dict);
  g_autoptr (GString) line = g_string_new ("{");

  if (id != NULL)
    g_string_append_printf (line, "\"id\":%s%s", id, g_variant_n_children (owned) > 0 ? "," : "");
  kad_json_append_members (line, owned);
  g_string_append_c (line, '}');
  kad_output_json_line (self, line->str);
}

void
kad_output_json_total (KadOutput *self, guint n)
{
  g_autofree char *line = g_strdup_printf ("{\"done\":true,\"total\":%u}", n);

  kad_output_json_line (self, line);
}

void
kad_output_json_error (KadOutput *self, const char *id, const GError *error)
{
  g_autoptr (GError) clean = g_error_copy (error);
  GVariantDict dict;

  /* A message may quote a file name or an argument, which need not be UTF-8. */
  g_free (clean->message);
  clean->message = g_utf8_make_valid (error->message, -1);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert_value (&dict, "error", kad_result_new_error (clean));
  kad_output_json (self, id, g_variant_dict_end (&dict));
}

void
kad_output_error (KadOutput *self, const GError *error)
{
  if (self->is_json)
    {
      kad_output_json_error (self, NULL, error);
      return;
    }
  hide_progress (self);
  write_err (self->err_has_color ? RED "kad:" PLAIN " " : "kad: ");
  write_err (error->message);
  write_err ("\n");
  show_progress (self);
}

G_GNUC_PRINTF (2, 0)
static void
note (KadOutput *self, const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);

  hide_progress (self);
  write_err (text);
  write_err ("\n");
  show_progress (self);
}

void
kad_output_note (KadOutput *self, const char *format, ...)
{
  va_list arguments;

  if (self->is_json)
    return;
  va_start (arguments, format);
  note (self, format, arguments);
  va_end (arguments);
}

void
kad_output_detail (KadOutput *self, const char *format, ...)
{
  va_list arguments;

  if (!self->is_verbose)
    return;
  va_start (arguments, format);
  note (self, format, arguments);
  va_end (arguments);
}

char *
kad_output_dup_bold (const KadOutput *self, const char *text)
{
  return g_strdup_printf ("%s%s%s", self->out_has_color ? BOLD : "", text,
                          self->out_has_color ? PLAIN : "");
}
