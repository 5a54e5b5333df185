/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-api.h"

G_BEGIN_DECLS

/**
 * KadLimitInfo:
 * @name: how a person names it, like `connections-per-peer`
 * @unit: what is counted, like `connections`, `bytes`, `s`
 * @summary: one line of what it bounds and what happens at it, untranslated
 * @fallback: what holds if nobody says otherwise
 * @minimum: the least that can be set
 * @maximum: the most that can be set
 *
 * A limit of a node that can be set, with kad_node_config_set_limit(). Static.
 */
typedef struct
{
  const char *name;
  const char *unit;
  const char *summary;
  guint64 fallback;
  guint64 minimum;
  guint64 maximum;
} KadLimitInfo;

/* The limit at @index, in the order of the table; NULL past the last. */
KAD_API const KadLimitInfo *kad_limit_get_info (guint index);
/* NULL: no limit is called so. */
KAD_API const KadLimitInfo *kad_limit_find (const char *name);

G_END_DECLS
