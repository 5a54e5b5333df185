/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"
#include "kad-key.h"

G_BEGIN_DECLS

/* Validators by namespace ("/pk/...": namespace "pk"). validate() refuses a
 * value, select() gives the index of the best of several valid ones. */
typedef struct
{
  /* Wall time is passed for records that expire. */
  gboolean (*validate) (gpointer self, GBytes *key, GBytes *value, gint64 unix_us, GError **error);
  guint (*select) (gpointer self, GBytes *key, GBytes *const *values, guint n_values);
  void (*free) (gpointer self); /* (nullable) */
} KadValidatorClass;

typedef struct _KadValidators KadValidators;

KadValidators *kad_validators_new (void);
KadValidators *kad_validators_ref (KadValidators *self);
void kad_validators_unref (KadValidators *self);
/* @name_space: without slashes, or "*" for every key that no other takes. */
void kad_validators_add (KadValidators *self, const char *name_space,
                         const KadValidatorClass *klass, gpointer validator);
/* "pk": value is the public key whose peer id the key names. */
void kad_validators_add_public_key (KadValidators *self);
/* "*": any value of at most @max_bytes (0: KAD_MAX_RECORD_BYTES); select takes the first of
 * equal, else the one that was put last (index 0 is the newest). */
void kad_validators_add_accept_any (KadValidators *self, gsize max_bytes);
gboolean kad_validators_validate (KadValidators *self, GBytes *key, GBytes *value, gint64 unix_us,
                                  GError **error);
guint kad_validators_select (KadValidators *self, GBytes *key, GBytes *const *values,
                             guint n_values);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadValidators, kad_validators_unref)

G_END_DECLS
