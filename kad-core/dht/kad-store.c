/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-store.h"

/**
 * kad_record_store_free: (skip)
 * @self: (transfer full): a store of any kind
 */
void
kad_record_store_free (KadRecordStore *self)
{
  self->klass->free (self);
}

/**
 * kad_provider_store_free: (skip)
 * @self: (transfer full): a store of any kind
 */
void
kad_provider_store_free (KadProviderStore *self)
{
  self->klass->free (self);
}
