/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-demo.h"

G_BEGIN_DECLS

/* What the nodes of a demonstration do: first they put their records and say what they have, a few
 * at a time; then one of them does something every few seconds. */
typedef struct _KadDemoTraffic KadDemoTraffic;

KadDemoTraffic *kad_demo_traffic_new (KadDemo *demo);
/* Begins nothing any more, and goes with the last that is under way. */
void kad_demo_traffic_stop (KadDemoTraffic *self);

G_END_DECLS
