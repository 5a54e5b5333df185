/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-escape.h"

#include <string.h>

/* Code points that change how the text around them is shown, or hide. C0, DEL
 * and C1 would reach a terminal as commands; the rest reorders or breaks a line
 * (Unicode Bidirectional Algorithm, UAX #9) or takes no room at all. */
static const struct
{
  gunichar first;
  gunichar last;
} unsafe_ranges[] = {
  { 0x0000, 0x001f },   /* C0 */
  { 0x005c, 0x005c },   /* backslash: an escape must not be forged */
  { 0x007f, 0x009f },   /* DEL, C1 */
  { 0x061c, 0x061c },   /* Arabic letter mark */
  { 0x200b, 0x200f },   /* zero width, left-to-right and right-to-left marks */
  { 0x2028, 0x202e },   /* line and paragraph separators, embeddings, overrides */
  { 0x2060, 0x206f },   /* invisible operators, isolates, deprecated formatting */
  { 0xfeff, 0xfeff },   /* byte order mark */
  { 0xfff9, 0xfffb },   /* interlinear annotation */
  { 0xe0000, 0xe007f }, /* tags */
};

static gboolean
is_unsafe (gunichar c)
{
  for (guint i = 0; i < G_N_ELEMENTS (unsafe_ranges); i++)
    {
      if (c <= unsafe_ranges[i].last)
        return c >= unsafe_ranges[i].first;
    }
  return FALSE;
}

static void
append_unichar (GString *out, gunichar c)
{
  if (!is_unsafe (c))
    g_string_append_unichar (out, c);
  else if (c == '\\')
    g_string_append (out, "\\\\");
  else if (c < 0x80)
    g_string_append_printf (out, "\\x%02x", (guint) c);
  else
    g_string_append_printf (out, "\\u{%04x}", (guint) c);
}

/**
 * kad_escape_peer_text:
 * @text: (nullable): bytes from a peer, in any encoding; %NULL only if @len is 0
 * @len: how many, or -1 if they end with a NUL
 * @max_bytes: how much of the input is taken at most
 *
 * Makes text from a peer fit for a terminal, a log, D-Bus or GTK. Controls (C0,
 * DEL, C1), bidirectional and invisible formatting, line separators and bytes
 * that are no UTF-8 become `\xNN` or `\u{NNNN}`, and a backslash `\\`, so that
 * no peer can write an escape itself. Markup characters stay: a label that
 * shows the text must not interpret markup. What exceeds @max_bytes is left
 * out, at the border of a character.
 *
 * Returns: (transfer full): valid UTF-8 of one line, at most 4 bytes for each
 *   byte taken
 */
char *
kad_escape_peer_text (const char *text, gssize len, gsize max_bytes)
{
  g_autoptr (GString) out = NULL;
  const char *end, *p;
  gsize available;

  g_return_val_if_fail (text != NULL || len == 0, NULL);

  if (text == NULL)
    return g_strdup ("");
  if (len >= 0)
    available = (gsize) len;
  else
    /* One character more, so that a cut inside of it is seen. */
    available = strnlen (text, max_bytes <= G_MAXSIZE - 4 ? max_bytes + 4 : max_bytes);

  out = g_string_sized_new (MIN (available, max_bytes));
  end = text + available;
  for (p = text; p < end && (gsize) (p - text) < max_bytes;)
    {
      gunichar c = g_utf8_get_char_validated (p, end - p);
      gsize size;

      /* For a NUL inside of the range GLib answers "partial character". */
      if (*p == '\0')
        c = 0;
      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          g_string_append_printf (out, "\\x%02x", (guint8) *p);
          p++;
          continue;
        }
      size = g_utf8_skip[(guint8) *p];
      if (size > max_bytes - (gsize) (p - text))
        break;
      append_unichar (out, c);
      p += size;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
