/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-columns.h"

#include <glib/gi18n.h>
#include <string.h>

#define GAP 2
#define HEAD 8
#define TAIL 6

struct _KadColumns
{
  KadOutput *output;
  GPtrArray *rows; /* (element-type GStrv) */
  gboolean has_titles;
};

KadColumns *
kad_columns_new (KadOutput *output, const char *const *titles)
{
  KadColumns *self = g_new0 (KadColumns, 1);

  self->output = output;
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  self->has_titles = titles != NULL;
  if (titles != NULL)
    g_ptr_array_add (self->rows, g_strdupv ((char **) titles));
  return self;
}

void
kad_columns_free (KadColumns *self)
{
  g_ptr_array_unref (self->rows);
  g_free (self);
}

void
kad_columns_add_row (KadColumns *self, const char *const *cells)
{
  g_autoptr (GStrvBuilder) row = g_strv_builder_new ();

  for (; *cells != NULL; cells++)
    g_strv_builder_add (row, (*cells)[0] != '\0' ? *cells : "-");
  g_ptr_array_add (self->rows, g_strv_builder_end (row));
}

void
kad_columns_add (KadColumns *self, ...)
{
  const char *row[KAD_MAX_COLUMNS + 1] = { NULL };
  va_list cells;

  va_start (cells, self);
  for (guint i = 0; i < KAD_MAX_COLUMNS && (row[i] = va_arg (cells, const char *)) != NULL; i++)
    ;
  va_end (cells);
  kad_columns_add_row (self, row);
}

guint
kad_columns_measure (const char *text)
{
  guint width = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    width += g_unichar_iswide (g_utf8_get_char (text)) ? 2 : 1;
  return width;
}

static void
print_row (KadColumns *self, char **row, const guint *widths, gboolean is_title)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; row[i] != NULL; i++)
    {
      gboolean is_bold = is_title || (i == 0 && !self->has_titles);
      g_autofree char *bold = is_bold ? kad_output_dup_bold (self->output, row[i]) : NULL;

      g_string_append (line, bold != NULL ? bold : row[i]);
      if (row[i + 1] != NULL)
        g_string_append_printf (line, "%*s", (int) (widths[i] - kad_columns_measure (row[i]) + GAP),
                                "");
    }
  kad_output_line (self->output, line->str);
}

void
kad_columns_print (KadColumns *self)
{
  guint widths[KAD_MAX_COLUMNS] = { 0 };

  for (guint i = 0; i < self->rows->len; i++)
    {
      char **row = self->rows->pdata[i];

      for (guint j = 0; j < KAD_MAX_COLUMNS && row[j] != NULL; j++)
        widths[j] = MAX (widths[j], kad_columns_measure (row[j]));
    }
  for (guint i = 0; i < self->rows->len; i++)
    print_row (self, self->rows->pdata[i], widths, self->has_titles && i == 0);
}

char *
kad_columns_dup_id (KadOutput *output, const char *id, gboolean is_long)
{
  gsize len = strlen (id);

  if (is_long || !kad_output_is_terminal (output) || len <= HEAD + TAIL + 1 || !g_str_is_ascii (id))
    return g_strdup (id);
  return g_strdup_printf ("%.*s…%s", HEAD, id, id + len - TAIL);
}

char *
kad_columns_dup_duration (gint64 duration_us)
{
  gint64 seconds = ABS (duration_us) / G_USEC_PER_SEC;

  if (duration_us == 0)
    return g_strdup ("-");
  if (seconds < 120)
    return g_strdup_printf (_ ("%d s"), (int) seconds);
  if (seconds < 2 * 3600)
    return g_strdup_printf (_ ("%d min"), (int) (seconds / 60));
  if (seconds < 48 * 3600)
    return g_strdup_printf (_ ("%d h"), (int) (seconds / 3600));
  return g_strdup_printf (_ ("%d d"), (int) MIN (seconds / 86400, G_MAXINT));
}

char *
kad_columns_dup_distance (gint64 unix_us)
{
  gint64 difference_us = unix_us != 0 ? unix_us - g_get_real_time () : 0;

  return kad_columns_dup_duration (difference_us);
}
