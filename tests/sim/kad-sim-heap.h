/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-message.h"
#include "kad-time.h"

G_BEGIN_DECLS

typedef enum
{
  SIM_DIALLED,    /* at the dialler */
  SIM_IDENTIFIED, /* at @node, about @other */
  SIM_REQUEST,    /* at @other */
  SIM_REPLY,      /* at @node */
  SIM_RESET,      /* at @node */
  SIM_WRITTEN,    /* at @node */
  SIM_CLOSED,     /* at @node, with @other */
  SIM_WAKE,       /* at @node */
} SimEventType;

typedef struct
{
  gint64 at_us;
  guint64 order;
  SimEventType type;
  guint node;
  guint other;
  guint64 connection;
  guint64 request;
  gboolean expects_reply;
  KadMessage *message; /* (owned) (nullable) */
} SimEvent;

/* What happens when: the soonest first, and of one moment in the order of pushing.
 * Zero-initialised is empty. */
typedef struct
{
  SimEvent *events;
  guint n_events;
  guint capacity;
  guint64 next_order;
} KadSimHeap;

void kad_sim_heap_clear (KadSimHeap *self);
/* What the event owns is taken. */
void kad_sim_heap_push (KadSimHeap *self, const SimEvent *event);
/* FALSE: nothing happens until then. */
gboolean kad_sim_heap_pop (KadSimHeap *self, gint64 until_us, SimEvent *event);

G_END_DECLS
