/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-demo.h"

G_BEGIN_DECLS

/* A program that uses the service of a demonstration, by its socket as any other: it publishes a
 * few things, and asks something every few seconds, so that there is something to be seen. Main
 * thread only. */
typedef struct _KadDemoGuest KadDemoGuest;

/* @address: of the service */
KadDemoGuest *kad_demo_guest_new (KadDemo *demo, const char *address);
void kad_demo_guest_free (KadDemoGuest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadDemoGuest, kad_demo_guest_free)

G_END_DECLS
