/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-validator.h"

#include "kad-error.h"
#include "kad-record.h"

typedef struct
{
  gsize max_bytes;
} AnyValidator;

static gboolean
any_validate (gpointer validator, GBytes *key, GBytes *value, gint64 unix_us, GError **error)
{
  AnyValidator *self = validator;
  gsize len = g_bytes_get_size (value);

  if (len <= self->max_bytes)
    return TRUE;

  g_set_error (error, KAD_ERROR, KAD_ERROR_RECORD_TOO_LARGE,
               "A record's value has %" G_GSIZE_FORMAT " bytes; at most %" G_GSIZE_FORMAT
               " are taken in this network",
               len, self->max_bytes);
  return FALSE;
}

/* The newest, which is the first of equal ones too. */
static guint
any_select (gpointer validator, GBytes *key, GBytes *const *values, guint n_values)
{
  return 0;
}

static const KadValidatorClass any_validator_class = {
  .validate = any_validate,
  .select = any_select,
  .free = g_free,
};

/**
 * kad_validators_add_accept_any: (skip)
 * @self: validators that nobody else uses yet
 * @max_bytes: the longest value; 0 for %KAD_MAX_RECORD_BYTES
 *
 * Takes every record of every key that no other validator takes. Of several
 * values the one that was put last is the best: this is for private networks
 * in which everybody may write everything.
 */
void
kad_validators_add_accept_any (KadValidators *self, gsize max_bytes)
{
  AnyValidator *validator = g_new (AnyValidator, 1);

  validator->max_bytes = max_bytes != 0 ? max_bytes : KAD_MAX_RECORD_BYTES;
  kad_validators_add (self, "*", &any_validator_class, validator);
}
