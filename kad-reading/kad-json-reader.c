/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-json-reader.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "kad-error.h"

/* A strict reader of RFC 8259 for one line of commands. json-glib is not strict enough for
 * input that is answered: it takes 'a', 0x10, 010 and `var x = {}`, keeps the last of two
 * members of one name, wraps numbers above 2^63, and overflows the stack on a line of brackets
 * (version 1.6). Here, whatever is not JSON is an error in words, and nesting has a bound. */

typedef struct
{
  const char *start;
  const char *p;
  const char *end;
  guint depth;
  const char *wanted; /* (nullable) the member whose number is kept */
  char *number;       /* (owned) (nullable) */
  GError *error;
} Reader;

static GVariant *read_value (Reader *self);

static gpointer
fail (Reader *self, const char *what)
{
  if (self->error == NULL)
    self->error = g_error_new (KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                               "Bad JSON at byte %" G_GSIZE_FORMAT ": %s",
                               (gsize) (self->p - self->start) + 1, what);
  return NULL;
}

static void
skip_space (Reader *self)
{
  while (self->p < self->end && strchr (" \t\r\n", *self->p) != NULL && *self->p != '\0')
    self->p++;
}

static gboolean
take (Reader *self, char c)
{
  skip_space (self);
  if (self->p == self->end || *self->p != c)
    return FALSE;
  self->p++;
  return TRUE;
}

/* ---- strings ---- */

static gboolean
read_hex4 (Reader *self, gunichar *unit)
{
  *unit = 0;
  for (guint i = 0; i < 4; i++, self->p++)
    {
      int digit = self->p < self->end ? g_ascii_xdigit_value (*self->p) : -1;

      if (digit < 0)
        return FALSE;
      *unit = *unit << 4 | (gunichar) digit;
    }
  return TRUE;
}

/* After "\u". */
static gboolean
read_unicode (Reader *self, GString *text)
{
  gunichar high;
  gunichar low;

  if (!read_hex4 (self, &high))
    return FALSE;
  if (high >= 0xd800 && high < 0xdc00)
    {
      if (self->end - self->p < 2 || self->p[0] != '\\' || self->p[1] != 'u')
        return FALSE;
      self->p += 2;
      if (!read_hex4 (self, &low) || low < 0xdc00 || low >= 0xe000)
        return FALSE;
      high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    }
  else if (high == 0 || (high >= 0xdc00 && high < 0xe000))
    return FALSE;
  g_string_append_unichar (text, high);
  return TRUE;
}

/* After the backslash. */
static gboolean
read_escape (Reader *self, GString *text)
{
  static const char names[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  const char *found;
  char c;

  if (self->p == self->end)
    return FALSE;
  c = *self->p++;
  if (c == 'u')
    return read_unicode (self, text);
  found = c != '\0' ? strchr (names, c) : NULL;
  if (found == NULL)
    return FALSE;
  g_string_append_c (text, meanings[found - names]);
  return TRUE;
}

/* After the quote. */
static char *
read_string (Reader *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (self->p < self->end && *self->p != '"')
    {
      if ((guchar) *self->p < 0x20)
        return fail (self, "a control character in text must be escaped");
      if (*self->p != '\\')
        g_string_append_c (text, *self->p++);
      else
        {
          self->p++;
          if (!read_escape (self, text))
            return fail (self, "this escape is unknown, or half a character, or NUL");
        }
    }
  if (self->p == self->end)
    return fail (self, "the text has no end");
  self->p++;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* ---- numbers ---- */

static gboolean
skip_digits (Reader *self)
{
  const char *first = self->p;

  while (self->p < self->end && g_ascii_isdigit (*self->p))
    self->p++;
  return self->p > first;
}

/* What the grammar allows; tells whether it is a whole number. */
static gboolean
skip_number (Reader *self, gboolean *is_whole)
{
  *is_whole = TRUE;
  if (self->p < self->end && *self->p == '-')
    self->p++;
  if (self->p < self->end && *self->p == '0')
    self->p++;
  else if (!skip_digits (self))
    return FALSE;
  if (self->p < self->end && *self->p == '.')
    {
      *is_whole = FALSE;
      self->p++;
      if (!skip_digits (self))
        return FALSE;
    }
  if (self->p < self->end && (*self->p == 'e' || *self->p == 'E'))
    {
      *is_whole = FALSE;
      self->p++;
      if (self->p < self->end && (*self->p == '+' || *self->p == '-'))
        self->p++;
      return skip_digits (self);
    }
  return TRUE;
}

static GVariant *
read_number (Reader *self)
{
  const char *first = self->p;
  g_autofree char *text = NULL;
  gboolean is_whole;
  guint64 magnitude;
  gint64 number;
  double real;

  if (!skip_number (self, &is_whole))
    return fail (self, "a value is expected");
  text = g_strndup (first, (gsize) (self->p - first));
  if (is_whole && g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &number, NULL))
    return g_variant_new_int64 (number);
  if (is_whole && g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &magnitude, NULL))
    return g_variant_new_uint64 (magnitude);
  real = g_ascii_strtod (text, NULL);
  if (!isfinite (real))
    return fail (self, "the number is too large");
  return g_variant_new_double (real);
}

/* ---- values ---- */

static gboolean
enter (Reader *self)
{
  if (++self->depth <= KAD_MAX_JSON_DEPTH)
    return TRUE;
  fail (self, "too many brackets inside one another");
  return FALSE;
}

/* After the bracket. */
static GVariant *
read_array (Reader *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  if (!enter (self))
    return NULL;
  if (!take (self, ']'))
    {
      do
        {
          GVariant *value = read_value (self);

          if (value == NULL)
            return NULL;
          g_variant_builder_add (&builder, "v", value);
        }
      while (take (self, ','));
      if (!take (self, ']'))
        return fail (self, "“,” or “]” is expected");
    }
  self->depth--;
  return g_variant_builder_end (&builder);
}

static char *
read_name (Reader *self, GHashTable *seen)
{
  g_autofree char *name = NULL;

  if (!take (self, '"'))
    return fail (self, "a name in double quotes is expected");
  name = read_string (self);
  if (name == NULL)
    return NULL;
  if (!g_hash_table_add (seen, g_strdup (name)))
    return fail (self, "the name is given twice");
  if (!take (self, ':'))
    return fail (self, "“:” is expected");
  skip_space (self);
  return g_steal_pointer (&name);
}

static gboolean
read_member (Reader *self, GVariantBuilder *builder, GHashTable *seen)
{
  g_autofree char *name = read_name (self, seen);
  const char *first = self->p;
  GVariant *value = name != NULL ? read_value (self) : NULL;

  if (value == NULL)
    return FALSE;
  if (self->depth == 1 && g_strcmp0 (name, self->wanted) == 0
      && (*first == '-' || g_ascii_isdigit (*first)))
    self->number = g_strndup (first, (gsize) (self->p - first));
  g_variant_builder_add (builder, "{sv}", name, value);
  return TRUE;
}

/* After the brace. */
static GVariant *
read_object (Reader *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (!enter (self))
    return NULL;
  if (!take (self, '}'))
    {
      do
        {
          if (!read_member (self, &builder, seen))
            return NULL;
        }
      while (take (self, ','));
      if (!take (self, '}'))
        return fail (self, "“,” or “}” is expected");
    }
  self->depth--;
  return g_variant_builder_end (&builder);
}

static gboolean
take_word (Reader *self, const char *word)
{
  gsize len = strlen (word);

  if ((gsize) (self->end - self->p) < len || memcmp (self->p, word, len) != 0)
    return FALSE;
  self->p += len;
  return TRUE;
}

/* A floating value, NULL with the error. */
static GVariant *
read_value (Reader *self)
{
  g_autofree char *text = NULL;

  if (take (self, '{'))
    return read_object (self);
  if (take (self, '['))
    return read_array (self);
  if (take (self, '"'))
    {
      text = read_string (self);
      return text != NULL ? g_variant_new_take_string (g_steal_pointer (&text)) : NULL;
    }
  if (take_word (self, "true"))
    return g_variant_new_boolean (TRUE);
  if (take_word (self, "false"))
    return g_variant_new_boolean (FALSE);
  if (take_word (self, "null"))
    return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
  return read_number (self);
}

static GVariant *
read_all (Reader *self)
{
  g_autoptr (GVariant) object = NULL;

  if (!g_utf8_validate_len (self->start, (gsize) (self->end - self->start), &self->p))
    return fail (self, "this is not UTF-8");
  self->p = self->start;
  if (!take (self, '{'))
    return fail (self, "an object in braces is expected");
  object = read_object (self);
  if (object == NULL)
    return NULL;
  g_variant_ref_sink (object);
  skip_space (self);
  if (self->p < self->end)
    return fail (self, "something follows the object");
  return g_steal_pointer (&object);
}

/**
 * kad_json_read_object:
 * @text: a line of JSON; nothing needs to follow it
 * @len: its length in bytes
 * @error: return location
 *
 * Returns: (transfer full): the object as `a{sv}`
 */
GVariant *
kad_json_read_object (const char *text, gsize len, GError **error)
{
  Reader reader = { .start = text, .p = text, .end = text + len };
  GVariant *object = read_all (&reader);

  if (object == NULL)
    g_propagate_error (error, reader.error);
  return object;
}

/**
 * kad_json_find_number:
 * @text: an object that kad_json_read_object() has read
 * @len: its length in bytes
 * @name: of a member
 *
 * Returns: (transfer full) (nullable): the digits as they stand there
 */
char *
kad_json_find_number (const char *text, gsize len, const char *name)
{
  Reader reader = { .start = text, .p = text, .end = text + len, .wanted = name };
  g_autoptr (GVariant) object G_GNUC_UNUSED = read_all (&reader);

  g_clear_error (&reader.error);
  return reader.number;
}
