/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-database-row.h"

#include <string.h>

#define BYTES(name)                                                                                \
  {                                                                                                \
    name, KAD_DATABASE_BYTES, FALSE                                                                \
  }
#define BYTES_OR_NONE(name)                                                                        \
  {                                                                                                \
    name, KAD_DATABASE_BYTES, TRUE                                                                 \
  }
#define TEXT(name)                                                                                 \
  {                                                                                                \
    name, KAD_DATABASE_TEXT, FALSE                                                                 \
  }
#define TEXT_OR_NONE(name)                                                                         \
  {                                                                                                \
    name, KAD_DATABASE_TEXT, TRUE                                                                  \
  }
#define NUMBER(name)                                                                               \
  {                                                                                                \
    name, KAD_DATABASE_NUMBER, FALSE                                                               \
  }

/* The order is that of the columns' numbers in the header; kad-database-schema.c makes the tables.
 */
static const KadDatabaseLayout layouts[KAD_DATABASE_N_TABLES] = {
  [KAD_DATABASE_PEER]
  = { "peer", 4, 1, { BYTES ("id"), BYTES ("addresses"), NUMBER ("seen"), NUMBER ("connected") } },
  [KAD_DATABASE_RECORD]
  = { "record",
      7,
      1,
      { BYTES ("key"), BYTES ("value"), TEXT_OR_NONE ("received"), BYTES ("holder"),
        BYTES_OR_NONE ("publisher"), NUMBER ("ttl"), NUMBER ("expires") } },
  [KAD_DATABASE_PROVIDER]
  = { "provider", 3, 2, { BYTES ("key"), BYTES ("peer"), NUMBER ("expires") } },
  [KAD_DATABASE_PROVIDER_PEER]
  = { "provider_peer", 3, 1, { BYTES ("peer"), BYTES ("addresses"), NUMBER ("expires") } },
  [KAD_DATABASE_PUBLICATION]
  = { "publication",
      12,
      3,
      { NUMBER ("kind"), BYTES ("key"), TEXT ("tag"), BYTES_OR_NONE ("value"), NUMBER ("created"),
        NUMBER ("last_run"), NUMBER ("next_run"), NUMBER ("stored"), NUMBER ("wanted"),
        NUMBER ("failures"), NUMBER ("error_code"), TEXT_OR_NONE ("error") } },
};

const KadDatabaseLayout *
kad_database_layout_get (KadDatabaseTable table)
{
  return &layouts[table];
}

KadDatabaseRow *
kad_database_row_new (KadDatabaseTable table)
{
  KadDatabaseRow *self = g_new0 (KadDatabaseRow, 1);

  self->table = table;
  return self;
}

KadDatabaseRow *
kad_database_row_copy (const KadDatabaseRow *self)
{
  const KadDatabaseLayout *layout = &layouts[self->table];
  KadDatabaseRow *copy = g_memdup2 (self, sizeof *self);

  for (guint i = 0; i < layout->n_columns; i++)
    {
      if (layout->columns[i].type == KAD_DATABASE_BYTES && self->cells[i].bytes != NULL)
        g_bytes_ref (copy->cells[i].bytes);
      else if (layout->columns[i].type == KAD_DATABASE_TEXT)
        copy->cells[i].text = g_strdup (self->cells[i].text);
    }
  return copy;
}

void
kad_database_row_free (KadDatabaseRow *self)
{
  const KadDatabaseLayout *layout = &layouts[self->table];

  for (guint i = 0; i < layout->n_columns; i++)
    {
      if (layout->columns[i].type == KAD_DATABASE_BYTES)
        g_clear_pointer (&self->cells[i].bytes, g_bytes_unref);
      else if (layout->columns[i].type == KAD_DATABASE_TEXT)
        g_clear_pointer (&self->cells[i].text, g_free);
    }
  g_free (self);
}

void
kad_database_row_set_bytes (KadDatabaseRow *self, guint column, gconstpointer data, gsize len)
{
  g_clear_pointer (&self->cells[column].bytes, g_bytes_unref);
  if (data != NULL)
    self->cells[column].bytes = g_bytes_new (data, len);
}

void
kad_database_row_set_text (KadDatabaseRow *self, guint column, const char *text)
{
  g_free (self->cells[column].text);
  self->cells[column].text = g_strdup (text);
}

void
kad_database_row_set_number (KadDatabaseRow *self, guint column, gint64 number)
{
  self->cells[column].number = number;
}

gsize
kad_database_row_measure (const KadDatabaseRow *self)
{
  const KadDatabaseLayout *layout = &layouts[self->table];
  gsize bytes = sizeof *self;

  for (guint i = 0; i < layout->n_columns; i++)
    {
      if (layout->columns[i].type == KAD_DATABASE_BYTES && self->cells[i].bytes != NULL)
        bytes += g_bytes_get_size (self->cells[i].bytes) + 48;
      else if (layout->columns[i].type == KAD_DATABASE_TEXT && self->cells[i].text != NULL)
        bytes += strlen (self->cells[i].text) + 16;
    }
  return bytes;
}

guint
kad_database_row_hash (gconstpointer row)
{
  const KadDatabaseRow *self = row;
  const KadDatabaseLayout *layout = &layouts[self->table];
  guint hash = self->table;

  for (guint i = 0; i < layout->n_keys; i++)
    {
      guint part;

      if (layout->columns[i].type == KAD_DATABASE_BYTES)
        part = g_bytes_hash (self->cells[i].bytes);
      else if (layout->columns[i].type == KAD_DATABASE_TEXT)
        part = g_str_hash (self->cells[i].text);
      else
        part = g_int64_hash (&self->cells[i].number);
      hash = hash * 31 + part;
    }
  return hash;
}

gboolean
kad_database_row_equal (gconstpointer a, gconstpointer b)
{
  const KadDatabaseRow *one = a, *other = b;
  const KadDatabaseLayout *layout = &layouts[one->table];

  if (one->table != other->table)
    return FALSE;
  for (guint i = 0; i < layout->n_keys; i++)
    {
      gboolean same;

      if (layout->columns[i].type == KAD_DATABASE_BYTES)
        same = g_bytes_equal (one->cells[i].bytes, other->cells[i].bytes);
      else if (layout->columns[i].type == KAD_DATABASE_TEXT)
        same = g_str_equal (one->cells[i].text, other->cells[i].text);
      else
        same = one->cells[i].number == other->cells[i].number;
      if (!same)
        return FALSE;
    }
  return TRUE;
}
