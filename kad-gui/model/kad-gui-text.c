/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-text.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "kad-escape.h"

#define MAX_TEXT_BYTES 4096
#define SHORT_BEGIN 6
#define SHORT_END 6

char *
kad_gui_text (const char *text)
{
  return kad_escape_peer_text (text != NULL ? text : "", -1, MAX_TEXT_BYTES);
}

char *
kad_gui_text_short (const char *id)
{
  g_autofree char *text = kad_gui_text (id);
  glong length = g_utf8_strlen (text, -1);
  g_autofree char *begin = NULL;

  if (length <= SHORT_BEGIN + SHORT_END + 1)
    return g_steal_pointer (&text);
  begin = g_utf8_substring (text, 0, SHORT_BEGIN);
  return g_strdup_printf ("%s…%s", begin, g_utf8_offset_to_pointer (text, length - SHORT_END));
}

char *
kad_gui_text_duration (gint64 duration_us)
{
  if (duration_us < 0)
    return g_strdup ("–");
  if (duration_us < 1000)
    return g_strdup_printf (_ ("%d µs"), (int) duration_us);
  if (duration_us < 10 * 1000)
    return g_strdup_printf (_ ("%.1f ms"), (double) duration_us / 1e3);
  if (duration_us < G_USEC_PER_SEC)
    return g_strdup_printf (_ ("%.0f ms"), (double) duration_us / 1e3);
  if (duration_us < 60 * G_USEC_PER_SEC)
    return g_strdup_printf (_ ("%.1f s"), (double) duration_us / 1e6);
  if (duration_us < G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
    return g_strdup_printf (_ ("%.0f min"), (double) duration_us / 60e6);
  return g_strdup_printf (_ ("%.1f h"), (double) duration_us / 3600e6);
}

/* The largest unit that fits. */
static char *
rough (gint64 seconds)
{
  if (seconds < 60)
    return g_strdup_printf (_ ("%d s"), (int) seconds);
  if (seconds < 3600)
    return g_strdup_printf (_ ("%d min"), (int) (seconds / 60));
  if (seconds < 2 * 86400)
    return g_strdup_printf (_ ("%d h"), (int) (seconds / 3600));
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%d day", "%d days", (gulong) (seconds / 86400)),
      (int) MIN (seconds / 86400, 99999));
}

char *
kad_gui_text_ago (gint64 at_us, gint64 now_us)
{
  gint64 seconds = (now_us - at_us) / G_USEC_PER_SEC;
  g_autofree char *span = NULL;

  if (at_us <= 0)
    return g_strdup (_ ("never"));
  if (seconds < 1)
    return g_strdup (_ ("just now"));
  span = rough (seconds);
  /* Translators: %s is a span of time, like "12 s". */
  return g_strdup_printf (_ ("%s ago"), span);
}

char *
kad_gui_text_in (gint64 at_us, gint64 now_us)
{
  gint64 seconds = (at_us - now_us) / G_USEC_PER_SEC;
  g_autofree char *span = NULL;

  if (at_us <= 0)
    return g_strdup ("–");
  if (seconds < 1)
    return g_strdup (_ ("now"));
  span = rough (seconds);
  /* Translators: %s is a span of time, like "12 s". */
  return g_strdup_printf (_ ("in %s"), span);
}

char *
kad_gui_text_time (gint64 at_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autofree char *text = local != NULL ? g_date_time_format (local, "%H:%M:%S") : NULL;

  if (text == NULL || at_us < 0)
    return g_strdup ("–");
  return g_strdup_printf ("%s.%03d", text, (int) (at_us / 1000 % 1000));
}

char *
kad_gui_text_bytes (guint64 bytes)
{
  return g_format_size (bytes);
}

char *
kad_gui_text_network_size (gint64 size, double error)
{
  if (size <= 0)
    return g_strdup (_ ("not known yet"));
  return g_strdup_printf ("%" G_GINT64_FORMAT " ± %.0f", size, isfinite (error) ? error : 0.0);
}
