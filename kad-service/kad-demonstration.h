/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-service.h"

G_BEGIN_DECLS

#define KAD_DEMO_NODES 100
#define KAD_DEMO_SEED 1

/* What --demo is: the service in a network of its own in this process, which it is given as if it
 * were any other, and a program that uses it. Nothing of it is on a network or on the disk. */
typedef struct _KadDemonstration KadDemonstration;

/* Why it is over: NULL: nobody looks at it any more. */
typedef void (*KadDemonstrationFunc) (const GError *error, gpointer user_data);

/* What else the command line says: only what goes with it. @address: (nullable) where the service
 * shall be. Errors: InvalidArgument */
gboolean kad_demonstration_check (const char *address, const KadServiceOptions *options,
                                  gint64 n_nodes, gint64 seed, GError **error);
KadDemonstration *kad_demonstration_new (guint n_nodes, guint64 seed, GError **error);
/* Makes @options those of the service in it. What they point to is its own. */
void kad_demonstration_fill (KadDemonstration *self, KadServiceOptions *options);
/* Begins, with the service at @address. @on_over: at most once; never from inside of this call. */
void kad_demonstration_start (KadDemonstration *self, KadService *service, const char *address,
                              KadDemonstrationFunc on_over, gpointer user_data);
/* After the service has ended; runs the default main context. */
void kad_demonstration_stop (KadDemonstration *self);
void kad_demonstration_free (KadDemonstration *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadDemonstration, kad_demonstration_free)

G_END_DECLS
