/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-engine.h"

G_BEGIN_DECLS

/* What an engine wants done, in the order in which it was wanted. Plain struct
 * inside the engine; zero-initialised is empty. Its owner drains it after each input,
 * so that it holds what one input caused. */
typedef struct
{
  KadOutput *outputs;
  guint first;
  guint n_outputs; /* those that were taken already included */
  guint capacity;
} KadOutbox;

void kad_outbox_clear (KadOutbox *self);
void kad_outbox_push (KadOutbox *self, const KadOutput *output);
gboolean kad_outbox_pop (KadOutbox *self, KadOutput *output);

G_END_DECLS
