/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-validator.h"

#include <string.h>

#include "kad-error.h"
#include "kad-escape.h"

#define ANY_NAME_SPACE "*"
#define MAX_SHOWN_BYTES 64

typedef struct
{
  const KadValidatorClass *klass;
  gpointer self;
} Validator;

struct _KadValidators
{
  gatomicrefcount refs;
  GHashTable *by_name_space; /* of text to Validator */
};

static void
validator_free (gpointer data)
{
  Validator *validator = data;

  if (validator->klass->free != NULL)
    validator->klass->free (validator->self);
  g_free (validator);
}

/**
 * kad_validators_new: (skip)
 *
 * Returns: (transfer full): validators for nothing: every key is refused
 */
KadValidators *
kad_validators_new (void)
{
  KadValidators *self = g_new0 (KadValidators, 1);

  g_atomic_ref_count_init (&self->refs);
  self->by_name_space = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, validator_free);
  return self;
}

/**
 * kad_validators_ref: (skip)
 * @self: validators
 *
 * Returns: (transfer full): @self
 */
KadValidators *
kad_validators_ref (KadValidators *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * kad_validators_unref: (skip)
 * @self: (transfer full): validators
 */
void
kad_validators_unref (KadValidators *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_hash_table_unref (self->by_name_space);
  g_free (self);
}

/**
 * kad_validators_add: (skip)
 * @self: validators that nobody else uses yet
 * @name_space: the part of a key between its first two slashes, or `*` for every
 *   key that no other takes, those without a namespace too
 * @klass: what to call, which has to live as long as @self
 * @validator: (transfer full) (nullable): passed to it
 *
 * Says who judges the records of a namespace. Whoever did before is freed.
 */
void
kad_validators_add (KadValidators *self, const char *name_space, const KadValidatorClass *klass,
                    gpointer validator)
{
  Validator *added;

  g_return_if_fail (name_space != NULL && name_space[0] != '\0');
  g_return_if_fail (strchr (name_space, '/') == NULL);

  added = g_new (Validator, 1);
  *added = (Validator){ klass, validator };
  g_hash_table_replace (self->by_name_space, g_strdup (name_space), added);
}

/* "/namespace/rest", neither of them empty. */
static char *
dup_name_space (GBytes *key)
{
  gsize len;
  const char *data = g_bytes_get_data (key, &len);
  const char *end;

  if (len < 2 || data[0] != '/')
    return NULL;
  end = memchr (data + 1, '/', len - 1);
  if (end == NULL || end == data + 1 || end + 1 == data + len)
    return NULL;
  /* A text with a NUL inside would be cut, and taken for another. */
  if (memchr (data, '\0', (gsize) (end - data)) != NULL)
    return NULL;
  return g_strndup (data + 1, (gsize) (end - data - 1));
}

static const Validator *
find (KadValidators *self, GBytes *key)
{
  g_autofree char *name_space = dup_name_space (key);
  const Validator *validator = NULL;

  if (name_space != NULL)
    validator = g_hash_table_lookup (self->by_name_space, name_space);
  if (validator == NULL)
    validator = g_hash_table_lookup (self->by_name_space, ANY_NAME_SPACE);
  return validator;
}

/**
 * kad_validators_validate: (skip)
 * @self: validators
 * @key: a record's whole key
 * @value: its value
 * @unix_us: the time by the calendar, in microseconds since 1970
 * @error: return location
 *
 * Asks the validator of the key's namespace. A key is `/namespace/rest`, neither part
 * empty (go-libp2p-record's rule); one that is not, or whose namespace has
 * no validator, goes to `*`, and without that it is refused as %KAD_ERROR_INVALID_RECORD.
 *
 * Returns: whether the record is good
 */
gboolean
kad_validators_validate (KadValidators *self, GBytes *key, GBytes *value, gint64 unix_us,
                         GError **error)
{
  const Validator *validator = find (self, key);

  if (validator == NULL)
    {
      gsize len;
      const char *data = g_bytes_get_data (key, &len);
      g_autofree char *shown = kad_escape_peer_text (data, (gssize) len, MAX_SHOWN_BYTES);

      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD,
                   "No validator of this network takes the key “%s”", shown);
      return FALSE;
    }
  return validator->klass->validate (validator->self, key, value, unix_us, error);
}

/**
 * kad_validators_select: (skip)
 * @self: validators
 * @key: a record's whole key
 * @values: (array length=n_values): valid values for it, the newest first
 * @n_values: how many, at least 1
 *
 * Returns: the index of the best, below @n_values
 */
guint
kad_validators_select (KadValidators *self, GBytes *key, GBytes *const *values, guint n_values)
{
  const Validator *validator = find (self, key);
  guint best;

  if (validator == NULL || n_values < 2)
    return 0;

  best = validator->klass->select (validator->self, key, values, n_values);
  g_return_val_if_fail (best < n_values, 0);
  return best;
}
