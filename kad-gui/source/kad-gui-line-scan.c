/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-line-scan.h"

#include <string.h>

#define MAX_DIGITS 18
#define MAX_DEPTH 16

typedef struct
{
  const char *at;
  const char *end;
} Place;

static void
skip_space (Place *place)
{
  while (place->at < place->end && (*place->at == ' ' || *place->at == '\t'))
    place->at++;
}

static gboolean
skip_byte (Place *place, char byte)
{
  skip_space (place);
  if (place->at >= place->end || *place->at != byte)
    return FALSE;
  place->at++;
  return TRUE;
}

/* @is_plain: it has no escapes. */
static gboolean
scan_text (Place *place, const char **text, gsize *len, gboolean *is_plain)
{
  if (!skip_byte (place, '"'))
    return FALSE;
  *text = place->at;
  *is_plain = TRUE;
  for (; place->at < place->end && *place->at != '"'; place->at++)
    {
      if ((guchar) *place->at < 0x20)
        return FALSE;
      if (*place->at != '\\')
        continue;
      *is_plain = FALSE;
      place->at++;
    }
  *len = (gsize) (place->at - *text);
  return skip_byte (place, '"');
}

/* Arrays and objects: only where they end. */
static gboolean
skip_nested (Place *place)
{
  guint depth = 0;

  do
    {
      const char *text;
      gsize len;
      gboolean is_plain;

      if (place->at >= place->end)
        return FALSE;
      if (*place->at == '"')
        {
          if (!scan_text (place, &text, &len, &is_plain))
            return FALSE;
          continue;
        }
      if (*place->at == '{' || *place->at == '[')
        depth++;
      else if (*place->at == '}' || *place->at == ']')
        depth--;
      place->at++;
    }
  while (depth > 0 && depth <= MAX_DEPTH);
  return depth == 0;
}

static gboolean
scan_word (Place *place, const char **text, gsize *len)
{
  *text = place->at;
  while (place->at < place->end && strchr (",}] \t", *place->at) == NULL)
    place->at++;
  *len = (gsize) (place->at - *text);
  return *len > 0;
}

static gboolean
read_number (const char *text, gsize len, gint64 *number)
{
  *number = 0;
  if (len > MAX_DIGITS)
    return FALSE;
  for (gsize i = 0; i < len; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      *number = *number * 10 + (text[i] - '0');
    }
  return TRUE;
}

gboolean
kad_gui_line_scan_is (const char *word, gsize len, const char *other)
{
  return word != NULL && strlen (other) == len && memcmp (word, other, len) == 0;
}

/* ---- members ---- */

static gboolean
take_text (KadGuiLineScan *scan, const char *name, gsize name_len, const char *text, gsize len,
           gboolean is_plain)
{
  if (kad_gui_line_scan_is (name, name_len, "event"))
    {
      scan->event = text;
      scan->event_len = len;
      return is_plain;
    }
  if (kad_gui_line_scan_is (name, name_len, "kind"))
    {
      scan->kind = text;
      scan->kind_len = len;
      return is_plain;
    }
  if (kad_gui_line_scan_is (name, name_len, "step"))
    {
      scan->step = text;
      scan->step_len = len;
      return is_plain;
    }
  if (kad_gui_line_scan_is (name, name_len, "peer"))
    {
      scan->peer = text;
      scan->peer_len = len;
      return is_plain;
    }
  return TRUE;
}

static gboolean
take_word (KadGuiLineScan *scan, const char *name, gsize name_len, const char *text, gsize len)
{
  gint64 lost;

  if (kad_gui_line_scan_is (name, name_len, "t"))
    return scan->has_t = read_number (text, len, &scan->t);
  if (kad_gui_line_scan_is (name, name_len, "query"))
    return read_number (text, len, &scan->query);
  if (kad_gui_line_scan_is (name, name_len, "run"))
    return read_number (text, len, &scan->run);
  if (kad_gui_line_scan_is (name, name_len, "last"))
    scan->last = kad_gui_line_scan_is (text, len, "true");
  if (kad_gui_line_scan_is (name, name_len, "lost"))
    return scan->has_lost = read_number (text, len, &lost);
  return TRUE;
}

static gboolean
scan_member (Place *place, KadGuiLineScan *scan)
{
  const char *name;
  const char *text;
  gsize name_len;
  gsize len;
  gboolean is_plain;

  skip_space (place);
  if (!scan_text (place, &name, &name_len, &is_plain) || !is_plain || !skip_byte (place, ':'))
    return FALSE;
  skip_space (place);
  if (place->at >= place->end)
    return FALSE;
  if (*place->at == '"')
    return scan_text (place, &text, &len, &is_plain)
           && take_text (scan, name, name_len, text, len, is_plain);
  if (*place->at == '{' || *place->at == '[')
    {
      if (*place->at == '{' && kad_gui_line_scan_is (name, name_len, "delivery"))
        scan->has_delivery = TRUE;
      return skip_nested (place);
    }
  return scan_word (place, &text, &len) && take_word (scan, name, name_len, text, len);
}

gboolean
kad_gui_line_scan (const char *text, gsize len, KadGuiLineScan *scan)
{
  Place place = { text, text + len };

  *scan = (KadGuiLineScan){ 0 };
  if (!skip_byte (&place, '{'))
    return FALSE;
  do
    if (!scan_member (&place, scan))
      return FALSE;
  while (skip_byte (&place, ','));
  if (!skip_byte (&place, '}'))
    return FALSE;
  skip_space (&place);
  return place.at == place.end && scan->has_t
         && (scan->event != NULL || scan->has_delivery || scan->has_lost);
}
