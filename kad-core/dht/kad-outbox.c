/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-outbox.h"

#define FIRST_CAPACITY 16
/* A burst's room is given back when it is drained. */
#define KEPT_CAPACITY 256

/**
 * kad_output_clear: (skip)
 * @output: an output that kad_engine_next_output() gave
 */
void
kad_output_clear (KadOutput *output)
{
  g_clear_pointer (&output->message, kad_message_unref);
  g_clear_pointer (&output->info, kad_peer_info_unref);
  g_clear_pointer (&output->event, kad_event_unref);
}

/**
 * kad_outbox_clear: (skip)
 * @self: an outbox
 */
void
kad_outbox_clear (KadOutbox *self)
{
  for (guint i = self->first; i < self->n_outputs; i++)
    kad_output_clear (&self->outputs[i]);
  g_free (self->outputs);
  *self = (KadOutbox){ 0 };
}

/**
 * kad_outbox_push: (skip)
 * @self: an outbox
 * @output: an output; what it owns is taken
 */
void
kad_outbox_push (KadOutbox *self, const KadOutput *output)
{
  if (self->n_outputs == self->capacity)
    {
      self->capacity = self->capacity > 0 ? 2 * self->capacity : FIRST_CAPACITY;
      self->outputs = g_renew (KadOutput, self->outputs, self->capacity);
    }
  self->outputs[self->n_outputs++] = *output;
}

/**
 * kad_outbox_pop: (skip)
 * @self: an outbox
 * @output: (out): the oldest output, owned by the caller
 *
 * Returns: %FALSE if there is none
 */
gboolean
kad_outbox_pop (KadOutbox *self, KadOutput *output)
{
  if (self->first == self->n_outputs)
    return FALSE;

  *output = self->outputs[self->first++];
  if (self->first == self->n_outputs)
    {
      self->first = self->n_outputs = 0;
      if (self->capacity > KEPT_CAPACITY)
        kad_outbox_clear (self);
    }
  return TRUE;
}
