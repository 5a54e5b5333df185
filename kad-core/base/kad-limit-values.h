/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-limits.h"

G_BEGIN_DECLS

/* One for each row of the table in kad-limits.c, in its order. */
typedef enum
{
  KAD_LIMIT_CONNECTIONS,
  KAD_LIMIT_CONNECTIONS_PER_PEER,
  KAD_LIMIT_HALF_OPEN,
  KAD_LIMIT_RECORDS,
  KAD_LIMIT_RECORD_BYTES,
  KAD_LIMIT_RECORDS_PER_PEER,
  KAD_LIMIT_RECORD_BYTES_PER_PEER,
  KAD_LIMIT_PUTS_PER_PEER,
  KAD_LIMIT_PROVIDER_RECORDS,
  KAD_LIMIT_PROVIDER_BYTES,
  KAD_LIMIT_PROVIDER_RECORDS_PER_PEER,
  KAD_LIMIT_PROVIDER_BYTES_PER_PEER,
  KAD_LIMIT_PROVIDES_PER_PEER,
  KAD_LIMIT_KNOWN_PEERS,
  KAD_LIMIT_KNOWN_PEER_AGE,
  KAD_LIMIT_IP_GROUP_PER_BUCKET,
  KAD_LIMIT_IP_GROUP_PER_TABLE,
  KAD_LIMIT_IP_GROUP_LOCAL,
  KAD_LIMIT_LOW_PORTS,
  KAD_N_LIMITS,
} KadLimit;

/* What the limits of one node are. Plain; copied by assignment. */
typedef struct
{
  guint64 values[KAD_N_LIMITS];
} KadLimits;

void kad_limits_init (KadLimits *self);
/* InvalidArgument: no such limit, or @value is out of its range; nothing is changed then. */
gboolean kad_limits_set (KadLimits *self, const char *name, guint64 value, GError **error);

static inline guint64
kad_limits_get (const KadLimits *self, KadLimit limit)
{
  return self->values[limit];
}

G_END_DECLS
