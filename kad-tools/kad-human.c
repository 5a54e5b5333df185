/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-human.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kad-escape.h"
#include "kad-json-writer.h"

static gboolean
has_only (GVariant *dict, const char *const *names)
{
  GVariantIter iter;
  const char *name;

  g_variant_iter_init (&iter, dict);
  while (g_variant_iter_next (&iter, "{&sv}", &name, NULL))
    if (!g_strv_contains (names, name))
      return FALSE;
  return TRUE;
}

/* ---- values ---- */

/* Line by line, so that a text of several lines stays one. */
static char *
dup_safe_text (const char *data, gsize len)
{
  g_autoptr (GString) out = g_string_new (NULL);
  const char *end = data + len;

  while (data < end)
    {
      const char *newline = memchr (data, '\n', (gsize) (end - data));
      const char *stop = newline != NULL ? newline : end;
      g_autofree char *line = kad_escape_peer_text (data, stop - data, (gsize) (stop - data));

      g_string_append (out, line);
      if (newline != NULL)
        g_string_append_c (out, '\n');
      data = newline != NULL ? newline + 1 : end;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

void
kad_human_print_value (KadOutput *output, GVariant *record)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (record, "value", G_VARIANT_TYPE_BYTESTRING);
  g_autofree char *text = NULL;
  const char *data;
  gsize len;

  if (value == NULL)
    return;
  data = g_variant_get_fixed_array (value, &len, 1);
  if (!kad_output_is_terminal (output))
    {
      kad_output_write (output, data, len);
      return;
    }
  text = dup_safe_text (data, len);
  kad_output_line (output, text);
}

static void
append_bytes (GString *line, GVariant *bytes)
{
  gsize len;
  const char *data = g_variant_get_fixed_array (bytes, &len, 1);
  g_autofree char *text = NULL;

  if (len > 0 && g_utf8_validate_len (data, len, NULL))
    text = kad_escape_peer_text (data, (gssize) len, len);
  else
    text = g_base64_encode ((const guchar *) data, len);
  g_string_append (line, text);
}

static void
append_strings (GString *line, GVariant *strings)
{
  gsize n = g_variant_n_children (strings);

  for (gsize i = 0; i < n; i++)
    {
      const char *text;

      g_variant_get_child (strings, i, "&s", &text);
      g_string_append_printf (line, "%s%s", i > 0 ? " " : "", text);
    }
}

static void
append_field (GString *line, GVariant *value)
{
  g_autoptr (GVariant) inner = NULL;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_MAYBE))
    {
      inner = g_variant_get_maybe (value);
      if (inner != NULL)
        append_field (line, inner);
      else
        g_string_append_c (line, '-');
    }
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    g_string_append (line, g_variant_get_string (value, NULL));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING))
    append_bytes (line, value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
    append_strings (line, value);
  else
    kad_json_append_variant (line, value);
}

char *
kad_human_dup_field (GVariant *value)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_field (text, value);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* ---- results ---- */

/* "peer address address" */
static void
print_peer (KadOutput *output, GVariant *result)
{
  g_autoptr (GVariant) addresses
      = g_variant_lookup_value (result, "addresses", G_VARIANT_TYPE_STRING_ARRAY);
  g_autoptr (GString) line = NULL;
  g_autofree char *bold = NULL;
  const char *peer = "";

  g_variant_lookup (result, "peer", "&s", &peer);
  bold = kad_output_dup_bold (output, peer);
  line = g_string_new (bold);
  if (addresses != NULL && g_variant_n_children (addresses) > 0)
    {
      g_string_append_c (line, ' ');
      append_strings (line, addresses);
    }
  kad_output_line (output, line->str);
}

static void
print_ping (KadOutput *output, GVariant *result)
{
  g_autofree char *line = NULL;
  const char *peer = "";
  gint64 rtt_us = 0;

  g_variant_lookup (result, "peer", "&s", &peer);
  g_variant_lookup (result, "rtt_us", "x", &rtt_us);
  line = g_strdup_printf (_ ("%s answered in %.3f ms"), peer, (double) rtt_us / 1000);
  kad_output_line (output, line);
}

/* What provide-many tells of a key. */
static gboolean
print_provided (KadOutput *output, GVariant *result)
{
  g_autofree char *line = NULL;
  g_autofree char *shown = NULL;
  const char *key;
  const char *message;
  guint32 stored;
  guint32 wanted;

  if (!g_variant_lookup (result, "key", "&s", &key)
      || !g_variant_lookup (result, "stored", "u", &stored)
      || !g_variant_lookup (result, "wanted", "u", &wanted))
    return FALSE;
  shown = kad_escape_peer_text (key, -1, strlen (key));
  if (g_variant_lookup (result, "message", "&s", &message))
    line = g_strdup_printf ("%s: %s", shown, message);
  else
    line = g_strdup_printf (_ ("%s: %u of %u peers keep it"), shown, stored, wanted);
  kad_output_line (output, line);
  return TRUE;
}

static void
print_fields (KadOutput *output, GVariant *result)
{
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  g_variant_iter_init (&iter, result);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;
      g_autofree char *bold = kad_output_dup_bold (output, name);
      g_autoptr (GString) line = g_string_new (bold);

      g_string_append (line, ": ");
      append_field (line, value);
      kad_output_line (output, line->str);
    }
}

void
kad_human_print (KadOutput *output, GVariant *result)
{
  static const char *const peer_names[] = { "peer", "addresses", NULL };
  static const char *const ping_names[] = { "peer", "rtt_us", NULL };

  if (has_only (result, peer_names))
    print_peer (output, result);
  else if (has_only (result, ping_names))
    print_ping (output, result);
  else if (!print_provided (output, result))
    print_fields (output, result);
}

/* ---- the end ---- */

static void
print_failures (KadOutput *output, GVariant *summary)
{
  g_autoptr (GVariant) failed
      = g_variant_lookup_value (summary, "failed", G_VARIANT_TYPE ("aa{sv}"));
  gsize n = failed != NULL ? g_variant_n_children (failed) : 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) failure = g_variant_get_child_value (failed, i);
      const char *peer = "";
      const char *reason = "";

      g_variant_lookup (failure, "peer", "&s", &peer);
      g_variant_lookup (failure, "reason", "&s", &reason);
      kad_output_detail (output, _ ("Failed: %s: %s"), peer, reason);
    }
}

void
kad_human_print_summary (KadOutput *output, GVariant *summary)
{
  g_autofree char *line = NULL;
  const char *outcome = "";
  guint32 stored;
  guint32 wanted;
  guint32 keys;
  guint32 published;
  guint32 requests = 0;
  guint32 successes = 0;
  gint64 duration_us = 0;

  if (g_variant_lookup (summary, "stored", "u", &stored)
      && g_variant_lookup (summary, "wanted", "u", &wanted))
    {
      line = g_strdup_printf (_ ("Stored with %u of %u peers"), stored, wanted);
      kad_output_line (output, line);
    }
  if (g_variant_lookup (summary, "keys", "u", &keys)
      && g_variant_lookup (summary, "published", "u", &published))
    {
      line = g_strdup_printf (_ ("Published %u of %u keys"), published, keys);
      kad_output_line (output, line);
    }
  print_failures (output, summary);
  g_variant_lookup (summary, "outcome", "&s", &outcome);
  g_variant_lookup (summary, "requests", "u", &requests);
  g_variant_lookup (summary, "successes", "u", &successes);
  g_variant_lookup (summary, "duration_us", "x", &duration_us);
  kad_output_detail (output, _ ("Ended as %s: %u of %u requests answered in %.3f s"), outcome,
                     successes, requests, (double) duration_us / G_USEC_PER_SEC);
}
