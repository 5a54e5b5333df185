/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-line.h"

#include <string.h>

#include "kad-multibase.h"
#include "kad-peer-id.h"

typedef enum
{
  TEXT,
  NUMBER,
  BOOLEAN,
  OBJECT,
  LIST,
} Type;

typedef struct
{
  const char *name;
  Type type;
  gsize offset;
  gsize max;
} Field;

#define NAME(name, member)                                                                         \
  {                                                                                                \
    name, TEXT, G_STRUCT_OFFSET (KadGuiLine, member), KAD_GUI_MAX_LINE_NAME                        \
  }
#define ID(name, member)                                                                           \
  {                                                                                                \
    name, TEXT, G_STRUCT_OFFSET (KadGuiLine, member), KAD_GUI_MAX_LINE_ID                          \
  }
#define WORDS(name, member)                                                                        \
  {                                                                                                \
    name, TEXT, G_STRUCT_OFFSET (KadGuiLine, member), KAD_GUI_MAX_LINE_TEXT                        \
  }
#define COUNT(name, member)                                                                        \
  {                                                                                                \
    name, NUMBER, G_STRUCT_OFFSET (KadGuiLine, member), 0                                          \
  }

static const Field fields_known[] = {
  COUNT ("t", t),
  NAME ("event", event),
  COUNT ("query", query),
  NAME ("kind", kind),
  COUNT ("run", run),
  ID ("peer", peer),
  ID ("from", from),
  WORDS ("address", address),
  { "key_base64", TEXT, G_STRUCT_OFFSET (KadGuiLine, key), KAD_GUI_MAX_LINE_KEY },
  WORDS ("reason", reason),
  WORDS ("agent", agent),
  NAME ("step", step),
  COUNT ("distance_bits", distance_bits),
  COUNT ("duration_us", duration_us),
  COUNT ("rtt_us", rtt_us),
  COUNT ("heard", heard),
  COUNT ("waiting", waiting),
  COUNT ("queried", queried),
  COUNT ("unreachable", unreachable),
  COUNT ("results", results),
  { "last", BOOLEAN, G_STRUCT_OFFSET (KadGuiLine, last), 0 },
  NAME ("outcome", outcome),
  COUNT ("requests", requests),
  COUNT ("successes", successes),
  COUNT ("failures", failures),
  COUNT ("bucket", bucket),
  COUNT ("table", table),
  NAME ("mode", mode),
  WORDS ("module", module),
  NAME ("request", request),
  NAME ("command", command),
  COUNT ("done", done),
  COUNT ("total", total),
  { "publication", OBJECT, G_STRUCT_OFFSET (KadGuiLine, publication), 0 },
  { "delivery", OBJECT, G_STRUCT_OFFSET (KadGuiLine, delivery), 0 },
  { "addresses", LIST, G_STRUCT_OFFSET (KadGuiLine, addresses), 0 },
  COUNT ("lost", lost),
  COUNT ("kad-stream", format),
  NAME ("version", version),
  COUNT ("started_us", started_us),
};

/* ---- values ---- */

static const char *
to_text (GVariant *value, gsize max)
{
  gsize len;
  const char *text;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return "";
  text = g_variant_get_string (value, &len);
  return len <= max ? text : "";
}

static gint64
to_number (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return MAX (g_variant_get_int64 (value), 0);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    return (gint64) MIN (g_variant_get_uint64 (value), (guint64) G_MAXINT64);
  return 0;
}

static void
take_member (KadGuiLine *self, const Field *field, GVariant *value)
{
  gpointer place = G_STRUCT_MEMBER_P (self, field->offset);

  switch (field->type)
    {
    case TEXT:
      *(const char **) place = to_text (value, field->max);
      break;
    case NUMBER:
      *(gint64 *) place = to_number (value);
      break;
    case BOOLEAN:
      *(gboolean *) place
          = g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean (value);
      break;
    case OBJECT:
    case LIST:
      if (*(GVariant **) place == NULL
          && g_variant_is_of_type (value, field->type == OBJECT ? G_VARIANT_TYPE_VARDICT
                                                                : G_VARIANT_TYPE ("av")))
        *(GVariant **) place = g_variant_ref (value);
      break;
    }
}

static void
take_error (KadGuiLine *self, GVariant *error)
{
  if (!g_variant_is_of_type (error, G_VARIANT_TYPE_VARDICT))
    return;
  self->error_code = kad_gui_line_get_text (error, "code", KAD_GUI_MAX_LINE_NAME);
  self->error_message = kad_gui_line_get_text (error, "message", KAD_GUI_MAX_LINE_TEXT);
}

void
kad_gui_line_init (KadGuiLine *self, GVariant *fields)
{
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  *self = (KadGuiLine){ 0 };
  for (guint i = 0; i < G_N_ELEMENTS (fields_known); i++)
    if (fields_known[i].type == TEXT)
      *(const char **) G_STRUCT_MEMBER_P (self, fields_known[i].offset) = "";
  self->error_code = self->error_message = "";
  /* What is borrowed stays where it is from now on. */
  g_variant_get_data (fields);
  g_variant_iter_init (&iter, fields);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed))
    {
      g_autoptr (GVariant) value = boxed;

      for (guint i = 0; i < G_N_ELEMENTS (fields_known); i++)
        if (fields_known[i].name[0] == name[0] && g_str_equal (fields_known[i].name, name))
          take_member (self, &fields_known[i], value);
      if (g_str_equal (name, "error"))
        take_error (self, value);
    }
  self->has_run = self->run > 0;
}

void
kad_gui_line_clear (KadGuiLine *self)
{
  g_clear_pointer (&self->publication, g_variant_unref);
  g_clear_pointer (&self->delivery, g_variant_unref);
  g_clear_pointer (&self->addresses, g_variant_unref);
}

gint64
kad_gui_line_get_row (const KadGuiLine *self)
{
  if (self->query == 0)
    return 0;
  return self->run > 0 ? self->run : -self->query;
}

/* ---- of an object in a line ---- */

const char *
kad_gui_line_get_text (GVariant *fields, const char *name, gsize max)
{
  const char *text = "";

  if (!g_variant_lookup (fields, name, "&s", &text) || strlen (text) > max)
    return "";
  return text;
}

gint64
kad_gui_line_get_number (GVariant *fields, const char *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (fields, name, NULL);

  return value != NULL ? to_number (value) : 0;
}

gboolean
kad_gui_line_get_boolean (GVariant *fields, const char *name)
{
  gboolean value = FALSE;

  g_variant_lookup (fields, name, "b", &value);
  return value;
}

char **
kad_gui_line_dup_words (GVariant *list, guint max, gsize max_bytes)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  gsize n = list != NULL ? MIN (g_variant_n_children (list), max) : 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) value = g_variant_get_variant (boxed);
      const char *text = to_text (value, max_bytes);

      if (*text != '\0')
        g_strv_builder_add (words, text);
    }
  return g_strv_builder_end (words);
}

/* ---- keys ---- */

GBytes *
kad_gui_line_dup_key (const char *base64)
{
  g_autofree guchar *data = NULL;
  gsize len;

  if (*base64 == '\0')
    return NULL;
  data = g_base64_decode (base64, &len);
  return len > 0 ? g_bytes_new_take (g_steal_pointer (&data), len) : NULL;
}

static gboolean
is_readable (const guint8 *data, gsize len)
{
  if (!g_utf8_validate ((const char *) data, (gssize) len, NULL))
    return FALSE;
  for (gsize i = 0; i < len; i++)
    if (data[i] < 0x20 || data[i] == 0x7f)
      return FALSE;
  return TRUE;
}

static gboolean
is_multihash (GBytes *key, const char *kind)
{
  g_autoptr (KadPeerId) id = NULL;

  if (g_str_equal (kind, "get-providers") || g_str_equal (kind, "start-provide")
      || g_str_equal (kind, "provider"))
    return TRUE;
  id = kad_peer_id_new_from_bytes (key, NULL);
  return id != NULL;
}

char *
kad_gui_line_dup_key_text (GBytes *key, const char *kind)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (key, &len);
  GString *text;

  if (is_multihash (key, kind) && len <= KAD_GUI_MAX_LINE_ID)
    return kad_base58btc_encode (data, len);
  if (is_readable (data, len))
    return g_strdup_printf ("%s%.*s", data[0] == '/' ? "" : "text:", (int) len,
                            (const char *) data);
  text = g_string_new ("hex:");
  for (gsize i = 0; i < MIN (len, KAD_GUI_MAX_LINE_TEXT); i++)
    g_string_append_printf (text, "%02x", data[i]);
  return g_string_free (text, FALSE);
}

/* ---- sizes ---- */

char *
kad_gui_line_cut (const char *text, gsize max)
{
  gsize len = strlen (text);
  const char *end;

  if (len <= max)
    return g_strdup (text);
  end = g_utf8_find_prev_char (text, text + max + 1);
  return g_strndup (text, end != NULL ? (gsize) (end - text) : 0);
}

guint
kad_gui_line_to_count (gint64 number)
{
  return (guint) CLAMP (number, 0, (gint64) G_MAXUINT);
}
