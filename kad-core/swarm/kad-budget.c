/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-budget.h"

void
kad_budget_set_limits (KadBudget *self, const KadLimits *limits)
{
  self->max_held_bytes = kad_limits_get (limits, KAD_LIMIT_HELD_BYTES);
  self->max_unread_bytes = kad_limits_get (limits, KAD_LIMIT_UNREAD_BYTES_PER_CONNECTION);
  self->max_output_bytes = kad_limits_get (limits, KAD_LIMIT_OUTPUT_BYTES_PER_CONNECTION);
  self->max_assembly_bytes = kad_limits_get (limits, KAD_LIMIT_ASSEMBLY_BYTES);
  self->max_streams = kad_limits_get (limits, KAD_LIMIT_STREAMS);
  self->max_streams_each = kad_limits_get (limits, KAD_LIMIT_STREAMS_PER_CONNECTION);
  self->max_waiting = kad_limits_get (limits, KAD_LIMIT_REPLIES_WAITING);
  self->max_waiting_each = kad_limits_get (limits, KAD_LIMIT_REPLIES_WAITING_PER_CONNECTION);
  self->turn_us = (gint64) kad_limits_get (limits, KAD_LIMIT_TURN_TIME);
  self->request_rate = kad_limits_get (limits, KAD_LIMIT_REQUEST_RATE);
}
