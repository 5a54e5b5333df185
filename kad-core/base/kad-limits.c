/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every limit of a node that can be set, once: its name, what it bounds, and its range. What a
 * peer can make a node hold, keep open or do is bounded by one of these or by a constant KAD_MAX_*
 * beside the type. DESIGN.md shows both in one table. */
#include <string.h>

#include "kad-error.h"
#include "kad-limit-values.h"

static const KadLimitInfo table[KAD_N_LIMITS] = {
  [KAD_LIMIT_CONNECTIONS]
  = { "connections", "connections", "All connections, also those not proven yet; more are refused",
      8192, 1, 1000000 },
  [KAD_LIMIT_CONNECTIONS_PER_PEER] = { "connections-per-peer", "connections",
                                       "Connections with one peer; more are closed", 8, 1, 1024 },
  [KAD_LIMIT_HALF_OPEN]
  = { "half-open", "connections",
      "Connections from outside whose peer is not proven yet; the oldest is closed", 1024, 1,
      100000 },
};

/**
 * kad_limit_get_info:
 * @index: from 0
 *
 * Returns: (nullable) (transfer none): the limit at that place of the table
 */
const KadLimitInfo *
kad_limit_get_info (guint index)
{
  return index < KAD_N_LIMITS ? &table[index] : NULL;
}

/**
 * kad_limit_find:
 * @name: a limit's name
 *
 * Returns: (nullable) (transfer none): the limit of that name
 */
const KadLimitInfo *
kad_limit_find (const char *name)
{
  for (guint i = 0; i < KAD_N_LIMITS; i++)
    if (g_str_equal (table[i].name, name))
      return &table[i];
  return NULL;
}

void
kad_limits_init (KadLimits *self)
{
  for (guint i = 0; i < KAD_N_LIMITS; i++)
    self->values[i] = table[i].fallback;
}

gboolean
kad_limits_set (KadLimits *self, const char *name, guint64 value, GError **error)
{
  const KadLimitInfo *info = kad_limit_find (name);

  if (info == NULL)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT, "No limit is called \"%s\"", name);
      return FALSE;
    }
  if (value < info->minimum || value > info->maximum)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                   "The limit %s is from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
                   " %s, not %" G_GUINT64_FORMAT,
                   name, info->minimum, info->maximum, info->unit, value);
      return FALSE;
    }
  self->values[info - table] = value;
  return TRUE;
}
