/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-publication-row.h"

static const char *const kind_names[] = { "provider", "record" };

G_STATIC_ASSERT (G_N_ELEMENTS (kind_names) == KAD_PUBLICATION_RECORD + 1);

G_DEFINE_BOXED_TYPE (KadPublicationRow, kad_publication_row, kad_publication_row_copy,
                     kad_publication_row_free)

/**
 * kad_publication_kind_get_name:
 * @kind: what is published
 *
 * Returns: (transfer none): its name in JSON and on D-Bus
 */
const char *
kad_publication_kind_get_name (KadPublicationKind kind)
{
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (kind_names), NULL);

  return kind_names[kind];
}

/**
 * kad_publication_row_new:
 * @kind: what is published
 * @key: its key, as on the wire
 * @value: (nullable): the record's value
 * @tag: who wants it published
 *
 * Returns: (transfer full): a row that says nothing else yet
 */
KadPublicationRow *
kad_publication_row_new (KadPublicationKind kind, GBytes *key, GBytes *value, const char *tag)
{
  KadPublicationRow *self;

  g_return_val_if_fail (key != NULL && tag != NULL, NULL);

  self = g_new0 (KadPublicationRow, 1);
  self->kind = kind;
  self->key = g_bytes_ref (key);
  self->value = value != NULL ? g_bytes_ref (value) : NULL;
  self->tag = g_strdup (tag);
  return self;
}

/**
 * kad_publication_row_copy:
 * @self: a row
 *
 * Returns: (transfer full): a copy
 */
KadPublicationRow *
kad_publication_row_copy (const KadPublicationRow *self)
{
  KadPublicationRow *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  g_bytes_ref (copy->key);
  copy->value = self->value != NULL ? g_bytes_ref (self->value) : NULL;
  copy->tag = g_strdup (self->tag);
  copy->error = self->error != NULL ? g_error_copy (self->error) : NULL;
  return copy;
}

/**
 * kad_publication_row_free:
 * @self: (transfer full): a row
 */
void
kad_publication_row_free (KadPublicationRow *self)
{
  g_return_if_fail (self != NULL);

  g_bytes_unref (self->key);
  g_clear_pointer (&self->value, g_bytes_unref);
  g_free (self->tag);
  g_clear_error (&self->error);
  g_free (self);
}
