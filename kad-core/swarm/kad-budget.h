/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-limit-values.h"

G_BEGIN_DECLS

/* What the connections of one reactor may hold together and each, and what they hold now. The
 * limits are those of the same names in kad-limits.c. */
typedef struct
{
  gsize max_held_bytes;     /* all */
  gsize max_unread_bytes;   /* each connection */
  gsize max_output_bytes;   /* each */
  gsize max_assembly_bytes; /* all */
  guint max_streams;        /* all */
  guint max_streams_each;
  guint max_waiting; /* all */
  guint max_waiting_each;
  gint64 turn_us;     /* of work for each in a turn of the loop */
  guint request_rate; /* a second; 0: no limit */

  gsize held_bytes;     /* of their buffers */
  gsize assembly_bytes; /* of messages that have come in part */
  guint n_streams;      /* that remotes opened */
  guint n_waiting;      /* replies that remotes do not read */
} KadBudget;

/* What is held stays as it is. */
void kad_budget_set_limits (KadBudget *self, const KadLimits *limits);

G_END_DECLS
